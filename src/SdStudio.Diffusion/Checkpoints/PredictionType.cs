namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What a UNet was trained to predict.</summary>
public enum PredictionType
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>The velocity of Salimans and Ho 2022 (arXiv:2202.00512).</summary>
    Velocity,
}
