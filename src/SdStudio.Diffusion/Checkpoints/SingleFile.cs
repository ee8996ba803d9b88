using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The layout that people share: one file with all networks, each under a prefix, and no configuration.</summary>
internal static class SingleFile
{
    public const string UNetPrefix = "model.diffusion_model.";

    private const string VaePrefix = "first_stage_model.";

    public static Checkpoint Open(string path, CheckpointOverrides? overrides)
    {
        ITensorFile file = TensorFile.Open(path);
        try
        {
            ModelFamily family = (FamilyDetector.Detect(file.Header) ?? throw Unknown(file)).ThrowIfUnsupported(file.Path);
            Dictionary<Component, ComponentWeights> weights = Assign(file, family.Defaults!);
            return Build(file, family, weights, overrides ?? new CheckpointOverrides());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Dictionary<Component, ComponentWeights> Assign(ITensorFile file, FamilyDefaults defaults)
    {
        Dictionary<Component, ComponentWeights> weights = Checkpoint.NetworksOf(defaults).ToDictionary(component => component, component => new ComponentWeights(component, file.Path));
        foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
        {
            if (key.StartsWith(UNetPrefix, StringComparison.Ordinal))
            {
                weights[Component.UNet].Add(key[UNetPrefix.Length..], file, tensor);
            }
            else if (key.StartsWith(VaePrefix, StringComparison.Ordinal))
            {
                weights[Component.Vae].Add(key[VaePrefix.Length..], file, tensor);
            }
        }

        for (int i = 0; i < defaults.TextEncoders.Length; i++)
        {
            AssignText(weights[Checkpoint.TextComponents[i]], file, defaults.TextEncoders[i]);
        }

        return weights;
    }

    private static void AssignText(ComponentWeights weights, ITensorFile file, TextEncoderDefaults encoder)
    {
        string? unused = encoder.UsedLayers is { } layers ? TextEncoderNames.UnusedLayer(file.Header, encoder.Prefix, layers) : null;
        foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
        {
            if (key.StartsWith(encoder.Prefix, StringComparison.Ordinal) && (unused is null || !key.StartsWith(unused, StringComparison.Ordinal)))
            {
                TextEncoderNames.Add(weights, key[encoder.Prefix.Length..], file, tensor, encoder.Settings.Pools);
            }
        }
    }

    private static Checkpoint Build(ITensorFile file, ModelFamily family, Dictionary<Component, ComponentWeights> weights, CheckpointOverrides overrides)
    {
        FamilyDefaults defaults = family.Defaults!;
        UNetLayout unet = UNetLayout.FromNames(weights[Component.UNet].Contains);
        VaeLayout vae = VaeLayout.FromNames(weights[Component.Vae].Contains);
        DiffusionSettings diffusion = overrides.Diffusion ?? NoiseProcess.Of(file, defaults, weights[Component.UNet]);
        return new Checkpoint(weights, [file], unet, vae)
        {
            Path = file.Path,
            Family = family,
            Diffusion = diffusion,
            UNetSettings = overrides.UNet ?? new UNetSettings([.. Enumerable.Range(0, unet.Levels).Select(level => UNetHeads(weights[Component.UNet], unet, level, defaults))], defaults.NormGroups),
            TextEncoderSettings = [.. defaults.TextEncoders.Select((encoder, i) => encoder.Settings with
            {
                Heads = i < overrides.TextEncoderHeads.Length ? overrides.TextEncoderHeads[i] : TextHeads(weights[Checkpoint.TextComponents[i]], encoder.HeadWidth),
            })],
            VaeSettings = overrides.Vae ?? new VaeSettings(defaults.NormGroups, defaults.VaeScalingFactor),
            NativeSize = diffusion.Prediction == PredictionType.Epsilon ? defaults.NoiseNativeSize ?? defaults.NativeSize : defaults.NativeSize,
            Advice = Distillations.InNames(Path.GetFileNameWithoutExtension(file.Path), file.Header.Metadata.GetValueOrDefault("modelspec.title"), file.Header.Metadata.GetValueOrDefault("modelspec.architecture")),
            Preview = defaults.Preview,
            TokenizerFolders = [.. defaults.TextEncoders.Select(_ => (string?)null)],
        };
    }

    private static int UNetHeads(ComponentWeights weights, UNetLayout layout, int level, FamilyDefaults defaults)
    {
        string layer = $"input_blocks.{1 + level * (layout.LayersPerBlock + 1)}.0.out_layers.0.weight";
        return defaults.UNetHeads.Of(weights.Contains(layer) && weights.ShapeOf(layer) is { Rank: 1 } shape ? shape[0] : 1);
    }

    private static int TextHeads(ComponentWeights weights, int headWidth)
    {
        const string Table = "text_model.embeddings.token_embedding.weight";
        Shape shape = weights.Contains(Table) ? weights.ShapeOf(Table) : default;
        return shape.Rank == 2 ? (int)Math.Clamp(shape[1] / headWidth, 1, 1024) : 1;
    }

    private static UnsupportedModelException Unknown(ITensorFile file)
    {
        string seen = string.Join(", ", file.Header.Tensors.Keys.Order(StringComparer.Ordinal).Take(3).Select(Wording.Quote));
        return new UnsupportedModelException(file.Path, seen.Length == 0
            ? "This file holds no tensors at all, so it is not a model."
            : $"This is not a model that SdStudio knows. It runs {ModelFamilies.Runs}; the first weights of this file are {seen}.");
    }
}
