using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// Finds the files that give a checkpoint what it lacks: <c>NAME.vae.safetensors</c> and <c>NAME.text_encoder.safetensors</c> beside
/// NAME, then the folders for VAEs and text encoders next to the checkpoint's own, then those under the model roots. What was chosen goes before all.
/// </summary>
internal static class Companions
{
    /// <summary>As this and other programs call them; sought whatever their case.</summary>
    private static readonly ImmutableArray<string> s_vaeFolders = ["vae"], s_textFolders = ["text_encoders", "text_encoder", "text_encoder_2", "clip", "TextEncoders"];

    /// <param name="checkpoint">Full path of its file or folder.</param>
    /// <param name="weights">Of the checkpoint; networks that it lacks, or for which a file is chosen, are filled.</param>
    /// <param name="files">Open files; those that are used are added.</param>
    /// <returns>Networks that come from elsewhere now.</returns>
    /// <exception cref="CheckpointException">A chosen file is broken, or holds no such network.</exception>
    public static IReadOnlySet<Component> Add(
        string checkpoint, Dictionary<Component, ComponentWeights> weights, List<ITensorFile> files, FamilyDefaults defaults, CheckpointParts parts)
    {
        Dictionary<Component, ComponentWeights> own = new(weights);
        if (parts.Vae is { } vae)
        {
            weights[Component.Vae] = Chosen(Component.Vae, vae, files, AddVae);
        }
        else if (weights[Component.Vae].Count == 0)
        {
            Take(Component.Vae, weights, files, Beside(checkpoint, "vae").Concat(InFolders(checkpoint, s_vaeFolders, parts.ModelRoots).Where(file => IsFor(defaults.Latents, file))), AddVae, FitsLatents);
        }

        for (int i = 0; i < defaults.TextEncoders.Length; i++)
        {
            TextEncoderDefaults encoder = defaults.TextEncoders[i];
            Component component = Checkpoint.TextComponents[i];
            void AddText(ComponentWeights found, ITensorFile file) => TextEncoderNames.AddFrom(found, file, encoder, isAlone: true);
            if (i < parts.TextEncoders.Length && parts.TextEncoders[i].Length > 0)
            {
                weights[component] = Chosen(component, parts.TextEncoders[i], files, AddText);
                RequirePlace(component, parts.TextEncoders[i], weights[component], TextEncoderNames.WidthOf(own[component]) ?? UsualWidth(encoder));
            }
            else if (weights[component].Count == 0)
            {
                Take(component, weights, files, Beside(checkpoint, encoder.Folder).Concat(InFolders(checkpoint, s_textFolders, parts.ModelRoots)), AddText, FitsContext);
            }
        }

        return own.Keys.Where(component => weights[component] != own[component]).ToHashSet();

        // Only of models whose UNet reads as much as the family's usual one is known which text encoder stands where.
        long? UsualWidth(TextEncoderDefaults encoder) =>
            Dimension(weights[Component.UNet], "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1) == defaults.TextEncoders.Sum(row => row.Width) ? encoder.Width : null;

        bool FitsLatents(ComponentWeights found) =>
            Dimension(found, "decoder.conv_in.weight", 1) is { } channels && channels == Dimension(weights[Component.UNet], "out.2.weight", 0);

        // The UNet reads the vectors of all encoders side by side. Where several are missing, the narrower goes first in every family.
        bool FitsContext(ComponentWeights found)
        {
            long? context = Dimension(weights[Component.UNet], "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1);
            List<Component> texts = [.. Checkpoint.TextComponents.Take(defaults.TextEncoders.Length)];
            long known = texts.Sum(text => TextEncoderNames.WidthOf(weights[text]) ?? 0);
            int missing = texts.Count(text => weights[text].Count == 0);
            return TextEncoderNames.WidthOf(found) is { } width && context is { } whole && (missing == 1 ? known + width == whole : known + 2 * width < whole);
        }
    }

    private static void Take(
        Component component,
        Dictionary<Component, ComponentWeights> weights,
        List<ITensorFile> files,
        IEnumerable<string> candidates,
        Action<ComponentWeights, ITensorFile> add,
        Predicate<ComponentWeights> fits)
    {
        foreach (string candidate in candidates)
        {
            ITensorFile? file = null;
            try
            {
                file = TensorFile.Open(candidate);
                ComponentWeights found = new(component, file.Path);
                add(found, file);
                if (found.Count > 0 && fits(found))
                {
                    weights[component] = found;
                    files.Add(file);
                    return;
                }
            }
            catch (CheckpointException)
            {
                // One candidate of several, which nobody chose: a broken one is passed over.
            }

            file?.Dispose();
        }
    }

    private static ComponentWeights Chosen(Component component, string path, List<ITensorFile> files, Action<ComponentWeights, ITensorFile> add)
    {
        ITensorFile file = TensorFile.Open(path);
        files.Add(file);
        ComponentWeights weights = new(component, file.Path);
        add(weights, file);
        return weights.Count > 0 ? weights : throw new CheckpointException(
            path, CheckpointProblem.MissingComponent, $"The file {Wording.Quote(Path.GetFileName(path))} holds no {ComponentSummary.NameOf(component)}. Choose another, or leave it to the checkpoint.");
    }

    /// <summary>Two that are exchanged would fit by their sum.</summary>
    private static void RequirePlace(Component component, string path, ComponentWeights chosen, long? needed)
    {
        if (needed is { } width && TextEncoderNames.WidthOf(chosen) is { } found && found != width)
        {
            throw new CheckpointException(
                path, CheckpointProblem.InvalidConfiguration, $"The file {Wording.Quote(Path.GetFileName(path))} is {ModelPart.TextEncoderName(found)}, and this model's {ComponentSummary.NameOf(component)} is {ModelPart.TextEncoderName(width)}. Choose another, or leave it to the checkpoint.");
        }
    }

    private static IEnumerable<string> Beside(string checkpoint, string part) =>
        PartFolders.Extensions.Select(extension => (Directory.Exists(checkpoint) ? checkpoint : Path.ChangeExtension(checkpoint, null)) + "." + part + extension).Where(File.Exists);

    private static IEnumerable<string> InFolders(string checkpoint, ImmutableArray<string> names, IReadOnlyList<string> roots) =>
        PartFolders.Around(checkpoint, names, roots).SelectMany(PartFolders.Files);

    private static bool IsFor(LatentSpace latents, string file)
    {
        try
        {
            return LatentSpace.Named(Path.GetFileName(file), TensorFile.ReadHeader(file).Metadata.GetValueOrDefault("modelspec.architecture")) == latents;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static void AddVae(ComponentWeights weights, ITensorFile file) => weights.AddAll(file, VaeNames.In(file.Header));

    private static long? Dimension(ComponentWeights weights, string name, int axis) =>
        weights.Contains(name) && weights.ShapeOf(name) is { } shape && shape.Rank > axis ? shape[axis] : null;
}
