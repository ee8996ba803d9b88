using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Restart sampling, Xu et al. 2023 (arXiv:2306.14878): near the end it goes back up with fresh noise and down again, which removes errors.</summary>
internal static class Restart
{
    private const float RestartAt = 0.1f;
    private const float RestartFrom = 2;

    /// <summary>Heun's steps along the schedule; from 20 steps on, along a Karras schedule with one restart of nine steps, from 36 steps on with two of a quarter of the steps.</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<(float Sigma, float SigmaNext)> steps = Steps(sigmas);
        for (int i = 0; i < steps.Count; i++)
        {
            (float sigma, float sigmaNext) = steps[i];
            if (i > 0 && steps[i - 1].SigmaNext is var low && sigma > low * 1.01f)
            {
                x += context.Noise(low, sigma) * (context.NoiseScale * MathF.Sqrt((sigma * sigma) - (low * low)));
            }

            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);
            x = Heun.Step(denoise, x, denoised, sigma, sigmaNext);
        }

        return x;
    }

    private static List<(float Sigma, float SigmaNext)> Steps(ReadOnlySpan<float> sigmas)
    {
        int count = sigmas.Length - 1;
        (int restartSteps, int times) = sigmas[^1] > 0 || count < 20 ? (0, 0) : count < 36 ? (9, 1) : (count / 4, 2);
        float[] main = times == 0 ? sigmas.ToArray() : Schedules.KarrasBetween(sigmas[^2], sigmas[0], count - (restartSteps * times));

        List<(float, float)> steps = [.. main.Zip(main.Skip(1))];
        int low = Nearest(main, RestartAt), high = Nearest(main, RestartFrom);
        if (times > 0 && high < low)
        {
            float[] again = Schedules.KarrasBetween(main[low], main[high], restartSteps + 1)[..^1];
            for (int time = 0; time < times; time++)
            {
                steps.InsertRange(low, again.Zip(again.Skip(1)));
            }
        }

        return steps;
    }

    private static int Nearest(float[] sigmas, float wanted) => Array.IndexOf(sigmas, sigmas.MinBy(sigma => MathF.Abs(sigma - wanted)));
}
