using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Stochastic churn: before a step the noise level is raised a little, so that the step can correct earlier errors.</summary>
internal static class ChurnStep
{
    /// <summary>Lines 4 to 6 of algorithm 2 of Karras et al. 2022 (arXiv:2206.00364).</summary>
    public static (Latent X, float Sigma) Raise(Latent x, ReadOnlySpan<float> sigmas, int step, SamplingContext context)
    {
        float sigma = sigmas[step];
        if (context.Churn <= 0)
        {
            return (x, sigma);
        }

        // Drawn also where the level stays: the generator moves on by one draw a step whatever the limits are.
        Latent noise = context.Noise(sigma, sigmas[step + 1]);
        if (sigma < context.ChurnMin || sigma > context.ChurnMax)
        {
            return (x, sigma);
        }

        double gamma = Math.Min(context.Churn / (sigmas.Length - 1), Math.Sqrt(2) - 1);
        float raised = (float)(sigma * (1 + gamma));
        double added = Math.Sqrt(((double)raised * raised) - ((double)sigma * sigma));
        return (x + (noise * (float)(context.NoiseScale * added)), raised);
    }
}
