using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// Makes a <see cref="Denoiser"/> of a network: scales its input to unit variance, names the timestep of the sigma, and turns
/// what it predicts into the estimate of the clean latent. Preconditioning of Karras et al. 2022 (arXiv:2206.00364), table 1.
/// </summary>
public static class Prediction
{
    /// <summary>For a network that predicts the noise.</summary>
    /// <param name="timestepOf">Usually <see cref="NoiseLevels.SigmaToTimestep"/>.</param>
    public static Denoiser EpsilonToDenoiser(Network network, Func<float, float> timestepOf) => (x, sigma) =>
    {
        Latent epsilon = network(x / MathF.Sqrt((sigma * sigma) + 1), timestepOf(sigma));
        return x - (epsilon * sigma);
    };

    /// <summary>For a network that predicts the velocity of Salimans and Ho 2022 (arXiv:2202.00512), appendix D.</summary>
    /// <param name="timestepOf">Usually <see cref="NoiseLevels.SigmaToTimestep"/>.</param>
    public static Denoiser VelocityToDenoiser(Network network, Func<float, float> timestepOf) => (x, sigma) =>
    {
        float variance = (sigma * sigma) + 1;
        float deviation = MathF.Sqrt(variance);
        Latent velocity = network(x / deviation, timestepOf(sigma));
        return (x / variance) - (velocity * (sigma / deviation));
    };
}
