namespace SdStudio.Diffusion.Sampling;

/// <summary>The samplers on offer. Default schedules are those that A1111 gives a sampler when it may choose.</summary>
public static class SamplerCatalog
{
    public static IReadOnlyList<SamplerChoice> All { get; } =
    [
        new("euler", "Euler", Euler.Sample, "normal", StepNoise.None, DefaultEta: 0),
        new("euler_a", "Euler a", Euler.SampleAncestral, "normal", StepNoise.Independent, DefaultEta: 1),
        new("heun", "Heun", Heun.Sample, "normal", StepNoise.None, DefaultEta: 0, EvaluationsPerStep: 2),
        new("dpmpp_2m", "DPM++ 2M", DpmPlusPlus.Sample2M, "karras", StepNoise.None, DefaultEta: 0),
        new("dpmpp_2m_sde", "DPM++ 2M SDE", DpmPlusPlus.Sample2MSde, "exponential", StepNoise.Brownian, DefaultEta: 1),
        new("lcm", "LCM", Lcm.Sample, "sgm_uniform", StepNoise.Independent, DefaultEta: 1),
        new("ddim", "DDIM", Ddim.Sample, "normal", StepNoise.Independent, DefaultEta: 0),
    ];

    public static SamplerChoice? Find(string key) => All.FirstOrDefault(sampler => sampler.Key == key);
}
