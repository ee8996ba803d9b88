using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// DPM-Solver++ on the stochastic equation, whose steps also replace some of the noise: Lu et al. 2022 (arXiv:2211.01095, appendix B) and
/// Crowson's k-diffusion. <see cref="SamplingContext.Eta"/> 0 is the deterministic equation.
/// </summary>
internal static class DpmPlusPlusSde
{
    /// <summary>"DPM++ SDE": singlestep, second order, with a second estimate half way in lambda. Two evaluations and two draws of noise a step.</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            if (sigmaNext == 0)
            {
                return denoised;
            }

            float sigmaMiddle = Lambda.Between(sigma, sigmaNext);
            Latent middle = Step(x, denoised, sigma, sigmaMiddle, context);
            x = Step(x, denoise(middle, sigmaMiddle), sigma, Lambda.ToSigma(Lambda.Of(sigmaNext)), context);
        }

        return x;
    }

    /// <summary>SDE-DPM-Solver++(2M), midpoint form. Equation 19 on.</summary>
    public static Latent Sample2M(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context) =>
        Multistep2(denoise, x, sigmas, context, decay => -Expm1(-decay) / 2);

    /// <summary>The same with the correction of Heun's method.</summary>
    public static Latent Sample2MHeun(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context) =>
        Multistep2(denoise, x, sigmas, context, decay => (Expm1(-decay) / decay) + 1);

    /// <summary>"DPM++ 3M SDE": multistep, third order.</summary>
    public static Latent Sample3M(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<(Latent Denoised, double H)> history = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            if (sigmaNext == 0)
            {
                return denoised;
            }

            double h = Math.Log((double)sigma / sigmaNext), decay = h * (context.Eta + 1);
            double phi2 = (Expm1(-decay) / decay) + 1, phi3 = (phi2 / decay) - 0.5;
            x = DpmPlusPlus.Toward(x, denoised, Math.Exp(-decay));
            if (history.Count > 0)
            {
                (Latent last, double h1) = history[^1];
                double r0 = h1 / h;
                Latent slope = (denoised - last) * (float)(1 / r0), curve = slope * 0;
                if (history.Count > 1)
                {
                    (Latent older, double h2) = history[^2];
                    double r1 = h2 / h;
                    curve = (slope - ((last - older) * (float)(1 / r1))) * (float)(1 / (r0 + r1));
                    slope += curve * (float)r0;
                }

                x += (slope * (float)phi2) - (curve * (float)phi3);
            }

            x = WithNoise(x, sigma, sigmaNext, h, context);
            history.Add((denoised, h));
        }

        return x;
    }

    /// <param name="correction">Weight of the slope of the estimates, from h (1 + eta).</param>
    private static Latent Multistep2(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context, Func<double, double> correction)
    {
        Latent? lastDenoised = null;
        double lastH = 0;

        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            if (sigmaNext == 0)
            {
                return denoised;
            }

            double h = Math.Log((double)sigma / sigmaNext), decay = h * (1 + context.Eta);
            x = DpmPlusPlus.Toward(x, denoised, Math.Exp(-decay));
            if (lastDenoised is not null)
            {
                double r = lastH / h;
                x += (denoised - lastDenoised) * (float)(correction(decay) / r);
            }

            x = WithNoise(x, sigma, sigmaNext, h, context);
            (lastDenoised, lastH) = (denoised, h);
        }

        return x;
    }

    /// <summary>A step of first order with ancestral noise.</summary>
    private static Latent Step(Latent x, Latent denoised, float sigma, float sigmaNext, SamplingContext context)
    {
        (float down, float up) = AncestralStep.Split(sigma, sigmaNext, context.Eta);
        Latent next = DpmPlusPlus.Toward(x, denoised, (double)down / sigma);
        return next + (context.Noise(Lambda.ToSigma(Lambda.Of(sigma)), sigmaNext) * (context.NoiseScale * up));
    }

    /// <summary>Puts back the noise that a multistep rule has taken beyond the deterministic step.</summary>
    private static Latent WithNoise(Latent x, float sigma, float sigmaNext, double h, SamplingContext context)
    {
        if (context.Eta == 0)
        {
            return x;
        }

        double fresh = sigmaNext * Math.Sqrt(-Expm1(-2 * context.Eta * h));
        return x + (context.Noise(sigma, sigmaNext) * (float)(fresh * context.NoiseScale));
    }

    /// <summary>exp(x) - 1.</summary>
    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;
}
