using static SdStudio.Diffusion.Sampling.SamplerOptions;

namespace SdStudio.Diffusion.Sampling;

/// <summary>The samplers on offer. Default schedules are those that A1111 gives a sampler when it may choose.</summary>
public static class SamplerCatalog
{
    public static IReadOnlyList<SamplerChoice> All { get; } =
    [
        new("euler", "Euler", Euler.Sample, "normal", StepNoise.None, DefaultEta: 0, Churn | NoiseScale),
        new("euler_a", "Euler a", Euler.SampleAncestral, "normal", StepNoise.Independent, DefaultEta: 1, Eta | NoiseScale),
        new("heun", "Heun", Heun.Sample, "normal", StepNoise.None, DefaultEta: 0, Churn | NoiseScale) { EvaluationsPerStep = 2 },
        new("heunpp2", "HeunPP2", Heun.SamplePlusPlus, "normal", StepNoise.None, DefaultEta: 0, Churn | NoiseScale) { EvaluationsPerStep = 3 },
        new("lms", "LMS", Lms.Sample, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("dpm2", "DPM2", Dpm2.Sample, "karras", StepNoise.None, DefaultEta: 0, Churn | NoiseScale) { EvaluationsPerStep = 2, DropsPenultimate = true },
        new("dpm2_a", "DPM2 a", Dpm2.SampleAncestral, "karras", StepNoise.Independent, DefaultEta: 1, Eta | NoiseScale) { EvaluationsPerStep = 2, DropsPenultimate = true },
        new("dpm_fast", "DPM fast", DpmSolver.SampleFast, "normal", StepNoise.Independent, DefaultEta: 0, Eta | NoiseScale) { ChoosesSteps = true },
        new("dpm_adaptive", "DPM adaptive", DpmSolver.SampleAdaptive, "normal", StepNoise.Independent, DefaultEta: 0, Eta | NoiseScale) { EvaluationsPerStep = 3, ChoosesSteps = true },
        new("dpmpp_2s_a", "DPM++ 2S a", DpmPlusPlus.Sample2SAncestral, "karras", StepNoise.Independent, DefaultEta: 1, Eta | NoiseScale) { EvaluationsPerStep = 2 },
        new("dpmpp_2m", "DPM++ 2M", DpmPlusPlus.Sample2M, "karras", StepNoise.None, DefaultEta: 0),
        new("dpmpp_sde", "DPM++ SDE", DpmPlusPlusSde.Sample, "karras", StepNoise.Brownian, DefaultEta: 1, Eta | NoiseScale) { EvaluationsPerStep = 2 },
        new("dpmpp_2m_sde", "DPM++ 2M SDE", DpmPlusPlusSde.Sample2M, "exponential", StepNoise.Brownian, DefaultEta: 1, Eta | NoiseScale),
        new("dpmpp_2m_sde_heun", "DPM++ 2M SDE Heun", DpmPlusPlusSde.Sample2MHeun, "exponential", StepNoise.Brownian, DefaultEta: 1, Eta | NoiseScale),
        new("dpmpp_3m_sde", "DPM++ 3M SDE", DpmPlusPlusSde.Sample3M, "exponential", StepNoise.Brownian, DefaultEta: 1, Eta | NoiseScale) { DropsPenultimate = true },
        new("unipc", "UniPC", UniPc.SampleBh1, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("unipc_bh2", "UniPC BH2", UniPc.SampleBh2, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("deis", "DEIS", Deis.Sample, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("deis_log_rho", "DEIS log rho", Deis.SampleLogRho, "normal", StepNoise.None, DefaultEta: 0),
        new("ipndm", "IPNDM", Ipndm.Sample, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("ipndm_v", "IPNDM_V", Ipndm.SampleVariable, "normal", StepNoise.None, DefaultEta: 0, Order),
        new("plms", "PLMS", Plms.Sample, "leading", StepNoise.None, DefaultEta: 0, Order),
        new("restart", "Restart", Restart.Sample, "karras", StepNoise.Independent, DefaultEta: 1, NoiseScale) { EvaluationsPerStep = 2 },
        new("ddim", "DDIM", Ddim.Sample, "normal", StepNoise.Independent, DefaultEta: 0, Eta | NoiseScale),
        new("ddpm", "DDPM", Ddpm.Sample, "normal", StepNoise.Independent, DefaultEta: 1, NoiseScale),
        new("lcm", "LCM", Lcm.Sample, "sgm_uniform", StepNoise.Independent, DefaultEta: 1, NoiseScale),
        new("tcd", "TCD", Tcd.Sample, "lcm", StepNoise.Independent, DefaultEta: 0.3f, Eta | NoiseScale),
    ];

    public static SamplerChoice? Find(string key) => All.FirstOrDefault(sampler => sampler.Key == key);
}
