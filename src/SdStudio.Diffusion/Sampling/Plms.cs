using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Pseudo numerical methods for diffusion models, Liu et al. 2022 (arXiv:2202.09778).</summary>
internal static class Plms
{
    /// <summary>
    /// The pseudo linear multistep method of section 3.3, started with a Heun step: what Stable Diffusion's first script, A1111 ("PLMS") and
    /// diffusers (PNDMScheduler without Runge-Kutta steps) run. Its transfer, equation 11, is Euler's step in sigma. One evaluation a step, two in the first of several.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<Latent> slopes = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            slopes.Add((x - denoised) / sigma);
            x = i == 0 && sigmas.Length > 2 ? Heun.Step(denoise, x, denoised, sigma, sigmaNext)
                : x + (AdamsBashforth.Slope(slopes, context.Order ?? AdamsBashforth.MaxOrder) * (sigmaNext - sigma));
        }

        return x;
    }
}
