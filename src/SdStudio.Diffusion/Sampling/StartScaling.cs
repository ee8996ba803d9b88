namespace SdStudio.Diffusion.Sampling;

/// <summary>The deviation of the latent that sampling begins with, from its first sigma.</summary>
public enum StartScaling
{
    /// <summary>That sigma: the noise alone.</summary>
    Sigma,

    /// <summary>sqrt(sigma² + 1), as the noise and a picture of unit variance have together, where sampling begins at the model's highest sigma; else that sigma.</summary>
    VarianceAtTheTop,

    /// <summary>sqrt(sigma² + 1) where timesteps are spaced "leading"; else that sigma.</summary>
    VarianceWhereLeading,
}
