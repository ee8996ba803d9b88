using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The singlestep DPM-Solvers of Lu et al. 2022 (arXiv:2206.00927), as k-diffusion has them: they choose their own steps between the first
/// sigma of the schedule and the last above 0, and leave the noise of that one in the latent.
/// </summary>
internal static class DpmSolver
{
    /// <summary>"DPM fast": even steps in lambda, of third order as long as the evaluations last. Evaluates once for each step of the schedule.</summary>
    public static Latent SampleFast(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        int evaluations = sigmas.Length - 1, steps = (evaluations / 3) + 1;
        (float start, float end) = Range(sigmas, context);
        for (int i = 0, done = 0; done < evaluations; i++)
        {
            float lambda = start + (i * (end - start) / steps), next = i + 1 == steps ? end : start + ((i + 1) * (end - start) / steps);
            Trial trial = new(denoise, x, lambda, Down(lambda, next, end, context));
            context.Report(done, trial.Denoised);

            // A remainder of none would leave the last step nothing to evaluate, so the last two share three.
            int left = evaluations - done, order = left > 3 ? 3 : left == 3 ? 2 : left;
            x = WithNoise(order == 3 ? trial.Third() : order == 2 ? trial.Second(0.5f) : trial.First(), lambda, next, trial.Goal, context);
            done += order;
        }

        return x;
    }

    /// <summary>"DPM adaptive": steps of third order, as long as the difference to second order allows. Three evaluations a step, which may be in vain.</summary>
    public static Latent SampleAdaptive(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        const double FirstStep = 0.05, AcceptFrom = 0.81, Tolerance = 1e-5;
        (float lambda, float end) = Range(sigmas, context);
        double h = FirstStep;
        Latent lastLow = x;

        while (lambda < end - Tolerance && double.IsFinite(h))
        {
            float next = Math.Min(end, lambda + (float)h);
            Trial trial = new(denoise, x, lambda, Down(lambda, next, end, context));
            context.Report(Passed(sigmas, Lambda.ToSigma(lambda)), trial.Denoised);

            Latent low = trial.Second(1 / 3f), high = trial.Third();
            double factor = Math.Pow(1 / (Difference(low, high, lastLow) + 1e-8), 1 / (context.Eta > 0 ? 1.5 : 3));
            factor = 1 + Math.Atan(factor - 1);
            if (factor >= AcceptFrom)
            {
                x = WithNoise(high, lambda, next, trial.Goal, context);
                (lambda, lastLow) = (next, low);
            }

            h *= factor;
        }

        return x;
    }

    /// <summary>In lambda.</summary>
    private static (float Start, float End) Range(ReadOnlySpan<float> sigmas, SamplingContext context) =>
        (Lambda.Of(sigmas[0]), Lambda.Of(sigmas[^1] > 0 ? sigmas[^1] : Math.Min(context.Levels.Min, sigmas[0] / 2)));

    private static float Down(float lambda, float next, float end, SamplingContext context) =>
        context.Eta == 0 ? next : Math.Min(end, Lambda.Of(AncestralStep.Split(Lambda.ToSigma(lambda), Lambda.ToSigma(next), context.Eta).Down));

    private static Latent WithNoise(Latent x, float lambda, float next, float goal, SamplingContext context)
    {
        if (context.Eta == 0)
        {
            return x;
        }

        float sigmaNext = Lambda.ToSigma(next), down = Lambda.ToSigma(goal);
        float up = MathF.Sqrt(Math.Max(0, (sigmaNext * sigmaNext) - (down * down)));
        return x + (context.Noise(Lambda.ToSigma(lambda), sigmaNext) * (context.NoiseScale * up));
    }

    /// <summary>Steps of the schedule that begin above this sigma.</summary>
    private static int Passed(ReadOnlySpan<float> sigmas, float sigma)
    {
        int step = 0;
        while (step < sigmas.Length - 2 && sigmas[step + 1] > sigma)
        {
            step++;
        }

        return step;
    }

    /// <summary>Root mean square of the difference, in units of what is tolerated: 0.0078, a 256th of the range of a pixel, or a twentieth of the value.</summary>
    private static double Difference(Latent low, Latent high, Latent lastLow)
    {
        double sum = 0;
        for (int i = 0; i < low.Values.Length; i++)
        {
            double tolerated = Math.Max(0.0078, 0.05 * Math.Max(Math.Abs(low.Values[i]), Math.Abs(lastLow.Values[i])));
            double units = (low.Values[i] - high.Values[i]) / tolerated;
            sum += units * units;
        }

        return Math.Sqrt(sum / low.Values.Length);
    }

    /// <summary>Steps of several orders from one place, which share their evaluations. h is the step in lambda.</summary>
    private sealed class Trial
    {
        private readonly Denoiser _denoise;
        private readonly Latent _x;
        private readonly float _lambda;
        private readonly float _h;
        private readonly Latent _epsilon;
        private Latent? _middle;

        public Trial(Denoiser denoise, Latent x, float lambda, float goal)
        {
            (_denoise, _x, _lambda, Goal, _h) = (denoise, x, lambda, goal, goal - lambda);
            float sigma = Lambda.ToSigma(lambda);
            Denoised = denoise(x, sigma);
            _epsilon = (x - Denoised) / sigma;
        }

        public Latent Denoised { get; }

        /// <summary>Lambda at the end of the step.</summary>
        public float Goal { get; }

        /// <summary>DPM-Solver-1, which is DDIM.</summary>
        public Latent First() => Ahead(1);

        /// <summary>DPM-Solver-2, algorithm 4.</summary>
        /// <param name="r">Where on the way the second evaluation lies.</param>
        public Latent Second(float r) => Ahead(1) - ((Middle(r) - _epsilon) * (SigmaAt(1) / (2 * r) * Growth(1)));

        /// <summary>DPM-Solver-3, algorithm 5, with evaluations at a third and at two thirds of the way.</summary>
        public Latent Third()
        {
            const float R1 = 1 / 3f, R2 = 2 / 3f;
            Latent u2 = Ahead(R2) - ((Middle(R1) - _epsilon) * (SigmaAt(R2) * (R2 / R1) * ((Growth(R2) / (R2 * _h)) - 1)));
            return Ahead(1) - ((Epsilon(u2, SigmaAt(R2)) - _epsilon) * (SigmaAt(1) / R2 * ((Growth(1) / _h) - 1)));
        }

        private float SigmaAt(float r) => Lambda.ToSigma(r == 1 ? Goal : _lambda + (r * _h));

        /// <summary>exp(r h) - 1.</summary>
        private float Growth(float r) => (float)(Math.Exp(r * _h) - 1);

        private Latent Ahead(float r) => _x - (_epsilon * (SigmaAt(r) * Growth(r)));

        /// <summary>The noise part way, which both orders ask for.</summary>
        private Latent Middle(float r) => _middle ??= Epsilon(Ahead(r), SigmaAt(r));

        private Latent Epsilon(Latent x, float sigma) => (x - _denoise(x, sigma)) / sigma;
    }
}
