using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>A row of <see cref="SamplerCatalog"/>.</summary>
/// <param name="Key">In recipes: <c>dpmpp_2m</c>.</param>
/// <param name="Label">For people and in picture metadata: "DPM++ 2M".</param>
/// <param name="Sample">The stepping rule.</param>
/// <param name="DefaultSchedule">Key of the schedule that goes with it.</param>
/// <param name="StepNoise">Kind of noise that it may add between steps.</param>
/// <param name="DefaultEta">For <see cref="SamplingContext.Eta"/>.</param>
/// <param name="EvaluationsPerStep">Network evaluations in a step; the last step always takes one.</param>
public sealed record SamplerChoice(
    string Key,
    string Label,
    Sampler Sample,
    string DefaultSchedule,
    StepNoise StepNoise,
    float DefaultEta,
    int EvaluationsPerStep = 1)
{
    /// <summary>Whether it adds fresh noise between steps, so that the picture changes with the number of steps.</summary>
    public bool DrawsNoise => StepNoise != StepNoise.None && DefaultEta > 0;

    /// <summary>The noise for <see cref="SamplingContext.Noise"/> that goes with a picture's seed.</summary>
    /// <param name="generator">The generator that made the first noise; later draws continue it.</param>
    /// <param name="shape">A latent of the picture's shape; its values do not matter.</param>
    /// <param name="sigmas">The whole schedule, ending in 0.</param>
    public Func<float, float, Latent> NoiseFor(long seed, INoiseSource generator, Latent shape, ReadOnlySpan<float> sigmas)
    {
        if (StepNoise != StepNoise.Brownian)
        {
            return (_, _) => generator.Next(shape.Channels, shape.Height, shape.Width);
        }

        float smallest = sigmas[^1] > 0 || sigmas.Length == 1 ? sigmas[^1] : sigmas[^2];
        return new BrownianNoise(seed, smallest, sigmas[0], shape.Channels, shape.Height, shape.Width).Between;
    }
}
