namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The noise process that a model was trained with: betas evenly spaced in their square root ("scaled linear").</summary>
/// <param name="TrainingTimesteps">Number of timesteps, 1000 in all known models.</param>
/// <param name="Prediction">What the UNet predicts.</param>
public sealed record DiffusionSettings(int TrainingTimesteps, float BetaStart, float BetaEnd, PredictionType Prediction)
{
    /// <summary>Whether the last timestep is all noise (Lin et al. 2023, arXiv:2305.08891).</summary>
    public bool EndsInPureNoise { get; init; }
}
