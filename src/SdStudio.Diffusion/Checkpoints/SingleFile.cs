namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The layout that people share: one file with all networks, or with the UNet alone, and no configuration.</summary>
internal static class SingleFile
{
    public static Checkpoint Open(string path, CheckpointOverrides? overrides, CheckpointParts parts)
    {
        ITensorFile file = TensorFile.Open(path);
        List<ITensorFile> files = [file];
        try
        {
            ModelFamily family = (FamilyDetector.Detect(file.Header) ?? throw Unknown(file)).ThrowIfUnsupported(file.Path);
            Dictionary<Component, ComponentWeights> weights = Assign(file, family.Defaults!);
            Companions.Add(file.Path, weights, files, family.Defaults!, parts);
            return Build(files, family, weights, overrides ?? new CheckpointOverrides());
        }
        catch
        {
            files.ForEach(opened => opened.Dispose());
            throw;
        }
    }

    private static Dictionary<Component, ComponentWeights> Assign(ITensorFile file, FamilyDefaults defaults)
    {
        Dictionary<Component, ComponentWeights> weights = Checkpoint.NetworksOf(defaults).ToDictionary(component => component, component => new ComponentWeights(component, file.Path));
        weights[Component.UNet].AddAll(file, UNetNames.In(file.Header));
        weights[Component.Vae].AddAll(file, VaeNames.In(file.Header));
        foreach ((Component component, TextEncoderDefaults encoder) in Checkpoint.TextComponents.Zip(defaults.TextEncoders))
        {
            TextEncoderNames.AddFrom(weights[component], file, encoder);
        }

        return weights;
    }

    private static Checkpoint Build(List<ITensorFile> files, ModelFamily family, Dictionary<Component, ComponentWeights> weights, CheckpointOverrides overrides)
    {
        ITensorFile file = files[0];
        FamilyDefaults defaults = family.Defaults!;
        UNetLayout unet = UNetLayout.FromNames(weights[Component.UNet].Contains);
        VaeLayout vae = weights[Component.Vae].Count > 0 ? VaeLayout.FromNames(weights[Component.Vae].Contains) : VaeLayout.Usual;
        DiffusionSettings diffusion = overrides.Diffusion ?? NoiseProcess.Of(file, defaults, weights[Component.UNet]);
        SamplingAdvice? advice = Distillations.InNames(
            Path.GetFileNameWithoutExtension(file.Path), file.Header.Metadata.GetValueOrDefault("modelspec.title"), file.Header.Metadata.GetValueOrDefault("modelspec.architecture"));
        return new Checkpoint(weights, files, unet, vae)
        {
            Path = file.Path,
            Companions = [.. files.Skip(1).Select(companion => companion.Path)],
            Family = family,
            Diffusion = diffusion,
            UNetSettings = overrides.UNet ?? new UNetSettings([.. Enumerable.Range(0, unet.Levels).Select(level => UNetHeads(weights[Component.UNet], unet, level, defaults))], defaults.NormGroups),
            TextEncoderSettings = [.. defaults.TextEncoders.Select((encoder, i) => encoder.Settings with
            {
                Heads = i < overrides.TextEncoderHeads.Length ? overrides.TextEncoderHeads[i] : TextEncoderNames.HeadsOf(weights[Checkpoint.TextComponents[i]], encoder.HeadWidth),
            })],
            VaeSettings = overrides.Vae ?? new VaeSettings(defaults.NormGroups, defaults.VaeScalingFactor),
            NativeSize = advice?.NativeSize ?? (diffusion.Prediction == PredictionType.Epsilon ? defaults.NoiseNativeSize ?? defaults.NativeSize : defaults.NativeSize),
            Advice = advice,
            Preview = defaults.Preview,
            TokenizerFolders = [.. defaults.TextEncoders.Select(_ => (string?)null)],
        };
    }

    private static int UNetHeads(ComponentWeights weights, UNetLayout layout, int level, FamilyDefaults defaults)
    {
        string layer = $"input_blocks.{1 + level * (layout.LayersPerBlock + 1)}.0.out_layers.0.weight";
        return defaults.UNetHeads.Of(weights.Contains(layer) && weights.ShapeOf(layer) is { Rank: 1 } shape ? shape[0] : 1);
    }

    private static UnsupportedModelException Unknown(ITensorFile file)
    {
        string seen = string.Join(", ", file.Header.Tensors.Keys.Order(StringComparer.Ordinal).Take(3).Select(Wording.Quote));
        return new UnsupportedModelException(file.Path, seen.Length == 0
            ? "This file holds no tensors at all, so it is not a model."
            : $"This is not a model that SdStudio knows. It runs {ModelFamilies.Runs}; the first weights of this file are {seen}.");
    }
}
