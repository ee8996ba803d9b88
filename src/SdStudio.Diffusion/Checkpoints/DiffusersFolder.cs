using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The diffusers layout: a folder per network, each with weights and a configuration.</summary>
internal static class DiffusersFolder
{
    private static readonly string[] s_networkFiles = ["diffusion_pytorch_model"];

    private static readonly string[] s_textFiles = ["model", "pytorch_model"];

    public static Checkpoint Open(string folder, CheckpointParts parts)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        ModelConfiguration unet = Configuration(folder, "unet", "config.json") ?? throw NoUNet(folder);
        ModelFamily family = (FamilyDetector.Detect(FolderSettings.Traits(unet)) ?? throw Unknown(folder)).ThrowIfUnsupported(folder);
        ModelConfiguration? vae = Configuration(folder, "vae", "config.json");
        ModelConfiguration? scheduler = Configuration(folder, "scheduler", "scheduler_config.json");
        ModelConfiguration? preview = Configuration(folder, "vae", "preview.json");

        FamilyDefaults defaults = family.Defaults!;
        UNetLayout unetLayout = FolderSettings.UNetLayout(unet);
        VaeLayout vaeLayout = FolderSettings.VaeLayout(vae);
        List<ITensorFile> files = [];
        try
        {
            KeyMap unetMap = KeyMap.ForUNet(unetLayout);
            KeyMap vaeMap = KeyMap.ForVae(vaeLayout);
            Dictionary<Component, ComponentWeights> weights = new()
            {
                [Component.UNet] = Load(Component.UNet, folder, "unet", s_networkFiles, unetMap.ToOriginal, files),
                [Component.Vae] = Load(Component.Vae, folder, "vae", s_networkFiles, vaeMap.ToOriginal, files),
            };
            foreach ((Component component, TextEncoderDefaults encoder) in Checkpoint.TextComponents.Zip(defaults.TextEncoders))
            {
                weights[component] = Load(component, folder, encoder.Folder, s_textFiles, name => TextEncoderNames.FromTransformers(name, encoder.Settings.Pools), files);
            }

            int own = files.Count;
            IReadOnlySet<Component> others = Companions.Add(folder, weights, files, defaults, parts);
            bool hasOtherVae = others.Contains(Component.Vae);
            return new Checkpoint(weights, files, unetLayout, hasOtherVae ? VaeLayout.FromNames(weights[Component.Vae].Contains) : vaeLayout)
            {
                Path = folder,
                Companions = [.. files.Skip(own).Select(file => file.Path)],
                Family = family,
                Diffusion = FolderSettings.Diffusion(scheduler, defaults),
                UNetSettings = FolderSettings.UNet(unet, unetLayout, defaults),
                TextEncoderSettings = [.. defaults.TextEncoders.Select((encoder, i) => others.Contains(Checkpoint.TextComponents[i])
                    ? encoder.Settings with { Heads = TextEncoderNames.HeadsOf(weights[Checkpoint.TextComponents[i]], encoder.HeadWidth) }
                    : FolderSettings.TextEncoder(Configuration(folder, encoder.Folder, "config.json"), encoder))],
                VaeSettings = FolderSettings.Vae(hasOtherVae ? null : vae, defaults),
                NativeSize = FolderSettings.NativeSize(unet, vaeLayout, defaults),
                Advice = Distillations.InScheduler(scheduler) ?? Distillations.InNames(Path.GetFileName(folder)),
                Preview = preview is null ? defaults.Preview : Preview(preview),
                TokenizerFolders = [.. defaults.TextEncoders.Select(encoder => TokenizerFolder(folder, encoder.Tokenizer))],
            };
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Full path of the UNet's weights, or of the first part of them; null when there are none that can be read.</summary>
    public static string? UNetFile(string folder) =>
        ComponentFiles.Find(folder, "unet", s_networkFiles) is [string first, ..] ? first : null;

    private static ModelConfiguration? Configuration(string folder, string part, string file) =>
        File.Exists(Path.Combine(folder, part, file)) ? ModelConfiguration.Read(RealPath.Inside(folder, part, file)) : null;

    private static ComponentWeights Load(
        Component component, string folder, string part, string[] names, Func<string, string?> toOriginal, List<ITensorFile> files)
    {
        ComponentWeights weights = new(component, folder);
        foreach (string path in ComponentFiles.Find(folder, part, names))
        {
            ITensorFile file = TensorFile.Open(path);
            files.Add(file);
            foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
            {
                // What the table does not know is no weight of this network: old files carry counters and masks.
                if (toOriginal(key) is { } original)
                {
                    weights.Add(original, file, tensor);
                }
            }
        }

        return weights;
    }

    private static LatentPreview Preview(ModelConfiguration preview)
    {
        const int Channels = 4;
        return new LatentPreview(preview.Reals("latent_rgb_factors", Channels * 3), preview.Reals("latent_rgb_bias", 3));
    }

    private static string? TokenizerFolder(string folder, string part)
    {
        string tokenizer = Path.Combine(folder, part);
        if (!File.Exists(Path.Combine(tokenizer, "vocab.json")) || !File.Exists(Path.Combine(tokenizer, "merges.txt")))
        {
            return null;
        }

        _ = RealPath.Inside(folder, part, "vocab.json");
        _ = RealPath.Inside(folder, part, "merges.txt");
        return tokenizer;
    }

    private static DiffusionException NoUNet(string folder)
    {
        string kind = Configuration(folder, "", "model_index.json")?.Text("_class_name", "") ?? "";
        return kind.Length > 0
            ? new UnsupportedModelException(folder, $"This folder holds a {Wording.Quote(kind)}, which SdStudio does not run yet. It runs {ModelFamilies.Runs}.")
            : new CheckpointException(folder, CheckpointProblem.MissingComponent, "This folder is not a model: it has no unet/config.json. Choose the folder that holds model_index.json.");
    }

    private static UnsupportedModelException Unknown(string folder) =>
        new(folder, $"The UNet in this folder is of a kind that SdStudio does not know. It runs {ModelFamilies.Runs}.");
}
