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
            float sigma = Even(i), sigmaNext = Even(i + 1);
            Trial trial = new(denoise, x, sigma, Down(sigma, sigmaNext, end, context));
            context.Report(done, trial.Denoised);

            // A remainder of none would leave the last step nothing to evaluate, so the last two share three.
            int left = evaluations - done;
            int order = left > 3 ? 3 : left == 3 ? 2 : left;
            x = order switch { 1 => trial.First(), 2 => trial.Second(0.5), _ => trial.Third() };
            x = WithNoise(x, sigma, sigmaNext, trial.SigmaNext, context);
            done += order;
        }

        return x;

        float Even(int step) => step == 0 ? start : step == steps ? end : Lambda.ToSigma((float)(Lambda.Of(start) + ((double)step / steps * (Lambda.Of(end) - Lambda.Of(start)))));
    }

    /// <summary>"DPM adaptive": steps of third order, as long as the difference to second order allows. Three evaluations a step, which may be in vain.</summary>
    public static Latent SampleAdaptive(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        const double FirstStep = 0.05, AcceptFrom = 0.81, Tolerance = 1e-5;
        (float start, float end) = Range(sigmas, context);
        double lambda = Lambda.Of(start), last = Lambda.Of(end), h = FirstStep;
        Latent lastLow = x;

        while (lambda < last - Tolerance && double.IsFinite(h))
        {
            double goal = Math.Min(last, lambda + h);
            float sigma = Lambda.ToSigma((float)lambda), sigmaNext = Lambda.ToSigma((float)goal);
            Trial trial = new(denoise, x, sigma, Down(sigma, sigmaNext, end, context));
            context.Report(Passed(sigmas, sigma), trial.Denoised);

            Latent low = trial.Second(1 / 3.0), high = trial.Third();
            double factor = Math.Pow(1 / (Difference(low, high, lastLow) + 1e-8), 1 / (context.Eta > 0 ? 1.5 : 3));
            factor = 1 + Math.Atan(factor - 1);
            if (factor >= AcceptFrom)
            {
                x = WithNoise(high, sigma, sigmaNext, trial.SigmaNext, context);
                (lambda, lastLow) = (goal, low);
            }

            h *= factor;
        }

        return x;
    }

    private static (float Start, float End) Range(ReadOnlySpan<float> sigmas, SamplingContext context) =>
        (sigmas[0], sigmas[^1] > 0 ? sigmas[^1] : Math.Min(context.Levels.Min, sigmas[0] / 2));

    private static float Down(float sigma, float sigmaNext, float end, SamplingContext context) =>
        context.Eta > 0 ? Math.Max(end, AncestralStep.Split(sigma, sigmaNext, context.Eta).Down) : sigmaNext;

    private static Latent WithNoise(Latent x, float sigma, float sigmaNext, float down, SamplingContext context)
    {
        if (context.Eta == 0)
        {
            return x;
        }

        double up = Math.Sqrt(Math.Max(0, ((double)sigmaNext * sigmaNext) - ((double)down * down)));
        return x + (context.Noise(sigma, sigmaNext) * (float)(context.NoiseScale * up));
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
        private readonly float _sigma;
        private readonly double _h;
        private readonly Latent _epsilon;
        private (double R, Latent Epsilon)? _middle;

        public Trial(Denoiser denoise, Latent x, float sigma, float sigmaNext)
        {
            (_denoise, _x, _sigma, SigmaNext) = (denoise, x, sigma, sigmaNext);
            _h = Math.Log((double)sigma / sigmaNext);
            Denoised = denoise(x, sigma);
            _epsilon = (x - Denoised) / sigma;
        }

        public Latent Denoised { get; }

        public float SigmaNext { get; }

        /// <summary>DPM-Solver-1, which is DDIM.</summary>
        public Latent First() => Ahead(1);

        /// <summary>DPM-Solver-2, algorithm 4.</summary>
        /// <param name="r">Where on the way the second evaluation lies.</param>
        public Latent Second(double r) => Ahead(1) - ((Middle(r) - _epsilon) * (float)(SigmaNext * (Math.Exp(_h) - 1) / (2 * r)));

        /// <summary>DPM-Solver-3, algorithm 5, with evaluations at a third and at two thirds of the way.</summary>
        public Latent Third()
        {
            const double R1 = 1 / 3.0, R2 = 2 / 3.0;
            double sigma2 = SigmaAt(R2);
            Latent u2 = Ahead(R2) - ((Middle(R1) - _epsilon) * (float)(sigma2 * (R2 / R1) * (((Math.Exp(R2 * _h) - 1) / (R2 * _h)) - 1)));
            Latent epsilon2 = Epsilon(u2, (float)sigma2);
            return Ahead(1) - ((epsilon2 - _epsilon) * (float)(SigmaNext / R2 * (((Math.Exp(_h) - 1) / _h) - 1)));
        }

        private double SigmaAt(double r) => r == 1 ? SigmaNext : _sigma * Math.Exp(-r * _h);

        private Latent Ahead(double r) => _x - (_epsilon * (float)(SigmaAt(r) * (Math.Exp(r * _h) - 1)));

        private Latent Middle(double r)
        {
            if (_middle?.R != r)
            {
                _middle = (r, Epsilon(Ahead(r), (float)SigmaAt(r)));
            }

            return _middle.Value.Epsilon;
        }

        private Latent Epsilon(Latent x, float sigma) => (x - _denoise(x, sigma)) / sigma;
    }
}
