using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The layout that people share: one file with all networks, each under a prefix, and no configuration.</summary>
internal static class SingleFile
{
    public const string UNetPrefix = "model.diffusion_model.";

    private const string TextModel = "text_model.";

    private static readonly (string Prefix, Component Component)[] s_prefixes =
    [
        (UNetPrefix, Component.UNet),
        ("first_stage_model.", Component.Vae),
        ("cond_stage_model.transformer.", Component.TextEncoder),
    ];

    public static Checkpoint Open(string path, CheckpointOverrides? overrides)
    {
        ITensorFile file = TensorFile.Open(path);
        try
        {
            ModelFamily family = (FamilyDetector.Detect(file.Header) ?? throw Unknown(file)).ThrowIfUnsupported(file.Path);
            Dictionary<Component, ComponentWeights> weights = Assign(file);
            return Build(file, family, weights, overrides ?? new CheckpointOverrides());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Dictionary<Component, ComponentWeights> Assign(ITensorFile file)
    {
        Dictionary<Component, ComponentWeights> weights = s_prefixes.ToDictionary(row => row.Component, row => new ComponentWeights(row.Component, file.Path));
        foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
        {
            foreach ((string prefix, Component component) in s_prefixes)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal) && NameIn(component, key[prefix.Length..]) is { } name)
                {
                    weights[component].Add(name, file, tensor);
                }
            }
        }

        return weights;
    }

    /// <summary>Some writers leave out the prefix of the text model; position ids are only the numbers 0 to 76.</summary>
    /// <returns>Null for what is no weight.</returns>
    internal static string? NameIn(Component component, string name) => component switch
    {
        Component.TextEncoder when name.EndsWith("position_ids", StringComparison.Ordinal) => null,
        Component.TextEncoder when !name.StartsWith(TextModel, StringComparison.Ordinal) => TextModel + name,
        _ => name,
    };

    private static Checkpoint Build(ITensorFile file, ModelFamily family, Dictionary<Component, ComponentWeights> weights, CheckpointOverrides overrides)
    {
        FamilyDefaults defaults = family.Defaults!;
        UNetLayout unet = UNetLayout.FromNames(weights[Component.UNet].Contains);
        VaeLayout vae = VaeLayout.FromNames(weights[Component.Vae].Contains);
        return new Checkpoint(weights, [file], unet, vae)
        {
            Path = file.Path,
            Family = family,
            Diffusion = overrides.Diffusion ?? defaults.Diffusion with { Prediction = PredictionOf(file.Header) ?? defaults.Diffusion.Prediction },
            UNetSettings = overrides.UNet ?? new UNetSettings([.. Enumerable.Repeat(defaults.UNetHeads, unet.Levels)], defaults.NormGroups),
            TextEncoderSettings = overrides.TextEncoder ?? new TextEncoderSettings(
                TextHeads(weights[Component.TextEncoder], defaults.TextHeadWidth), defaults.TextActivation, FamilyDefaults.LayerNormEpsilon),
            VaeSettings = overrides.Vae ?? new VaeSettings(defaults.NormGroups, defaults.VaeScalingFactor),
            NativeSize = defaults.NativeSize,
            Preview = defaults.Preview,
        };
    }

    private static int TextHeads(ComponentWeights weights, int headWidth)
    {
        const string Table = "text_model.embeddings.token_embedding.weight";
        Shape shape = weights.Contains(Table) ? weights.ShapeOf(Table) : default;
        return shape.Rank == 2 ? (int)Math.Clamp(shape[1] / headWidth, 1, 1024) : 1;
    }

    /// <summary>Few 1.x models predict velocity; those that do say so in their metadata.</summary>
    private static PredictionType? PredictionOf(SafetensorsHeader header) =>
        header.Metadata.GetValueOrDefault("modelspec.prediction_type")?.ToUpperInvariant() switch
        {
            "V" or "V_PREDICTION" => PredictionType.Velocity,
            "EPSILON" => PredictionType.Epsilon,
            _ => null,
        };

    private static UnsupportedModelException Unknown(ITensorFile file)
    {
        string seen = string.Join(", ", file.Header.Tensors.Keys.Order(StringComparer.Ordinal).Take(3).Select(Wording.Quote));
        return new UnsupportedModelException(file.Path, seen.Length == 0
            ? "This file holds no tensors at all, so it is not a model."
            : $"This is not a model that SdStudio knows. It runs {ModelFamilies.StableDiffusion1.Label}; the first weights of this file are {seen}.");
    }
}
