namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The noise process of a model, as a table: sigma (standard deviation of the noise beside a clean latent of unit scale) for
/// each training timestep, ascending. Between the entries log sigma is interpolated linearly.
/// </summary>
public sealed class NoiseLevels
{
    private readonly float[] _sigmas;
    private readonly float[] _logSigmas;

    private NoiseLevels(float[] sigmas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sigmas.Length, 2);
        for (int i = 0; i < sigmas.Length; i++)
        {
            if (!float.IsFinite(sigmas[i]) || sigmas[i] <= (i == 0 ? 0 : sigmas[i - 1]))
            {
                throw new ArgumentException($"Sigmas must ascend from above 0; entry {i} is {sigmas[i]}.", nameof(sigmas));
            }
        }

        _sigmas = sigmas;
        _logSigmas = Array.ConvertAll(sigmas, MathF.Log);
    }

    /// <summary>The process of Stable Diffusion 1, 2 and XL.</summary>
    public static NoiseLevels StableDiffusion { get; } = ScaledLinear(1000, 0.00085f, 0.012f);

    /// <summary>One for each training timestep, ascending.</summary>
    public ReadOnlySpan<float> Sigmas => _sigmas;

    public int LastTimestep => _sigmas.Length - 1;

    /// <summary>Sigmas that were found to suit models of this process.</summary>
    public AlignedSteps Aligned { get; private init; } = AlignedSteps.StableDiffusion1;

    /// <summary>The same process, of models that other sigmas were found to suit.</summary>
    public NoiseLevels WithAligned(AlignedSteps aligned) => new(_sigmas) { Aligned = aligned };

    public float Min => _sigmas[0];

    public float Max => _sigmas[^1];

    /// <summary>The "scaled linear" process of all Stable Diffusion models: betas evenly spaced in their square root.</summary>
    public static NoiseLevels ScaledLinear(int timesteps, float betaStart, float betaEnd)
    {
        // Configurations say 0.00085; the nearest float is not the nearest double, and a thousand factors would show it.
        double start = Math.Sqrt((double)(decimal)betaStart), end = Math.Sqrt((double)(decimal)betaEnd);
        double[] alphas = new double[timesteps];
        double product = 1;
        for (int t = 0; t < timesteps; t++)
        {
            double root = start + ((end - start) * t / (timesteps - 1));
            product *= 1 - (root * root);
            alphas[t] = product;
        }

        return FromAlphas(alphas);
    }

    /// <summary>
    /// The same process shifted and stretched so that nothing of the picture is left at its last timestep (Lin et al. 2023, arXiv:2305.08891,
    /// algorithm 1). Sigma would be infinite there; the share that the common implementations leave is left here too.
    /// </summary>
    public NoiseLevels EndingInPureNoise()
    {
        const float Rest = 4.8973451890853435e-08f;

        // In single precision: near the noisy end two close numbers are subtracted, and models are sampled with what that gives.
        float[] roots = Array.ConvertAll(_sigmas, sigma => MathF.Sqrt(1 / ((sigma * sigma) + 1)));
        float last = roots[^1], stretch = roots[0] / (roots[0] - last);
        return new NoiseLevels(Array.ConvertAll(roots, root =>
        {
            float stretched = (root - last) * stretch;
            float alpha = root == last ? Rest : stretched * stretched;
            return MathF.Sqrt((1 - alpha) / alpha);
        }));
    }

    /// <param name="alphas">Share of the clean latent's variance at each timestep ("alphas_cumprod"), descending within (0, 1).</param>
    public static NoiseLevels FromAlphas(ReadOnlySpan<double> alphas)
    {
        float[] sigmas = new float[alphas.Length];
        for (int t = 0; t < sigmas.Length; t++)
        {
            sigmas[t] = (float)Math.Sqrt((1 - alphas[t]) / alphas[t]);
        }

        return new NoiseLevels(sigmas);
    }

    /// <param name="sigmas">Ascending.</param>
    public static NoiseLevels FromSigmas(ReadOnlySpan<float> sigmas) => new(sigmas.ToArray());

    /// <param name="timestep">0 to the last index, fractions allowed; outside it is clamped.</param>
    public float TimestepToSigma(float timestep)
    {
        double t = Math.Clamp(timestep, 0, _sigmas.Length - 1);
        int low = Math.Min((int)t, _sigmas.Length - 2);
        double share = t - low;
        return share == 0 ? _sigmas[low]
            : share == 1 ? _sigmas[low + 1]
            : (float)Math.Exp(((1 - share) * _logSigmas[low]) + (share * _logSigmas[low + 1]));
    }

    /// <summary>The fractional timestep of a sigma; outside the table the nearest end. So A1111 and k-diffusion ask the network.</summary>
    public float SigmaToTimestep(float sigma)
    {
        int found = Array.BinarySearch(_sigmas, sigma);
        if (found >= 0)
        {
            return found;
        }

        int low = Math.Clamp(~found - 1, 0, _sigmas.Length - 2);
        double from = _logSigmas[low], to = _logSigmas[low + 1];
        return (float)(low + Math.Clamp((Math.Log(sigma) - from) / (to - from), 0, 1));
    }

    /// <summary>The whole timestep nearest to a sigma in log sigma. So ComfyUI and Forge ask the network.</summary>
    public float NearestTimestep(float sigma)
    {
        int found = Array.BinarySearch(_sigmas, sigma);
        if (found >= 0)
        {
            return found;
        }

        int high = Math.Clamp(~found, 1, _sigmas.Length - 1);
        float logSigma = MathF.Log(sigma);
        return MathF.Abs(logSigma - _logSigmas[high - 1]) <= MathF.Abs(_logSigmas[high] - logSigma) ? high - 1 : high;
    }
}
