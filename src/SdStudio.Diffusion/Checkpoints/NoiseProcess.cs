using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The noise process of a single file, which has no scheduler configuration: from marks among its weights, its metadata or its name,
/// and last from a weight that differs (<see cref="VelocitySign"/>).
/// </summary>
internal static class NoiseProcess
{
    /// <summary>Empty tensors that trainers leave in the file as marks.</summary>
    private const string VelocityMark = "v_pred", PureNoiseMark = "ztsnr";

    private static readonly string[] s_velocityWords = ["vpred", "v-pred", "v_pred"];

    public static DiffusionSettings Of(ITensorFile file, FamilyDefaults defaults, IWeightSource unet)
    {
        SafetensorsHeader header = file.Header;
        if (header.Tensors.ContainsKey(VelocityMark))
        {
            // Whoever leaves one mark leaves the other where it is true.
            return defaults.Diffusion with { Prediction = PredictionType.Velocity, EndsInPureNoise = header.Tensors.ContainsKey(PureNoiseMark) };
        }

        PredictionType? said = Said(file);
        return defaults.Diffusion with
        {
            Prediction = said ?? Seen(defaults.VelocitySign, unet) ?? defaults.Diffusion.Prediction,
            EndsInPureNoise = header.Tensors.ContainsKey(PureNoiseMark) || (said == PredictionType.Velocity && defaults.VelocityEndsInPureNoise),
        };
    }

    private static PredictionType? Said(ITensorFile file) =>
        file.Header.Metadata.GetValueOrDefault("modelspec.prediction_type")?.ToUpperInvariant() switch
        {
            "V" or "V_PREDICTION" => PredictionType.Velocity,
            "EPSILON" => PredictionType.Epsilon,
            _ => s_velocityWords.Any(word => Path.GetFileName(file.Path).Contains(word, StringComparison.OrdinalIgnoreCase)) ? PredictionType.Velocity : null,
        };

    private static PredictionType? Seen(VelocitySign? sign, IWeightSource unet) => sign is not null && unet.Contains(sign.Weight)
        ? TensorPrimitives.StdDev<float>(unet.Read(sign.Weight)) > sign.Deviation ? PredictionType.Velocity : PredictionType.Epsilon
        : null;
}
