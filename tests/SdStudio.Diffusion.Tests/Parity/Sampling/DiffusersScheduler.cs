using System.Text.Json;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>A case of a diffusers scheduler: which samplers of ours walk down which sigmas for it.</summary>
internal sealed class DiffusersScheduler
{
    private const int TrainingTimesteps = 1000;

    private readonly JsonElement _golden;
    private readonly JsonElement _config;

    public DiffusersScheduler(string name, JsonElement golden)
    {
        (Name, _golden, _config) = (name, golden, golden.GetProperty("config"));
        Timesteps = Fails ? [] : GoldenCalls.Floats(golden.GetProperty("timesteps"));
    }

    public string Name { get; }

    public bool Fails => _golden.TryGetProperty("error", out _);

    public float[] Timesteps { get; }

    public float Strength => _golden.TryGetProperty("strength", out JsonElement strength) ? strength.GetSingle() : 1;

    public string Prediction => Name == "d_flow_match_euler" ? "flow" : Text("prediction_type") ?? "epsilon";

    public bool HasUnitVariance => Name is "d_ddpm" or "d_deis" or "d_dpmsolver_multistep" or "d_lcm" or "d_pndm" or "d_tcd" or "d_unipc";

    public static NoiseLevels Levels => GoldenNoiseLevels.Diffusers;

    public SamplerSettings Settings => new()
    {
        Eta = Argument("eta") ?? (Name == "d_dpmsolver_multistep" ? IsStochastic ? 1 : 0 : null),
        Churn = Argument("s_churn") ?? 0,
        Order = (int?)Argument("order") ?? (Name == "d_unipc" ? Number("solver_order") ?? 2 : null),
    };

    private bool IsStochastic => Text("algorithm_type") == "sde-dpmsolver++";

    public bool Has(string name) => _config.TryGetProperty(name, out _);

    public bool Flag(string name, bool unset = false) => _config.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : unset;

    public string? Text(string name) => _config.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    public int? Number(string name) => _config.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;

    public float[] Sigmas()
    {
        if (_golden.TryGetProperty("sigmas", out JsonElement listed))
        {
            // A scheduler of second order lists most of them twice. Of a part of the schedule it lists them all.
            float[] all = GoldenCalls.Floats(listed);
            bool isSecondOrder = _golden.GetProperty("scheduler_order").GetInt32() == 2;
            float[] once = isSecondOrder ? [.. all.Distinct()] : all;
            int wanted = (isSecondOrder ? (Timesteps.Length + 1) / 2 : Timesteps.Length) + 1;
            return Strength < 1 ? once[^wanted..] : once[..wanted];
        }

        float[] timesteps = [.. Timesteps.Distinct()];
        float last = Name is "d_ddpm" or "d_lcm" ? 0 : Levels.Min;
        return [.. timesteps.Select(Levels.TimestepToSigma), last];
    }

    /// <summary>Samplers, and from where to where in the sigmas each goes.</summary>
    public IEnumerable<(string Sampler, int Start, int End)> Parts(int sigmas)
    {
        string sampler = Name switch
        {
            "d_euler" or "d_flow_match_euler" => "euler",
            "d_euler_ancestral" => "euler_a",
            "d_heun" => "heun",
            "d_kdpm2" => "dpm2",
            "d_kdpm2_ancestral" => "dpm2_a",
            "d_lms" => "lms",
            "d_ddpm" => "ddpm",
            "d_pndm" => "plms",
            "d_lcm" => "lcm",
            "d_tcd" => "tcd",
            "d_deis" => "deis_log_rho",
            "d_unipc" => Text("solver_type") == "bh1" ? "unipc" : "unipc_bh2",
            "d_dpmsolver_multistep" when Number("solver_order") == 1 => "euler",
            "d_dpmsolver_multistep" => Text("solver_type") == "heun" ? "dpmpp_2m_sde_heun" : "dpmpp_2m_sde",
            _ => throw new NotSupportedException($"The scheduler {Name} is new to these tests."),
        };

        // Of less than fifteen steps the last is of first order there, whatever it goes to.
        const int Few = 15;
        bool hasFirstOrderEnd = Name == "d_dpmsolver_multistep" && Text("final_sigmas_type") == "sigma_min" && sigmas <= Few;
        return hasFirstOrderEnd ? [(sampler, 0, sigmas - 1), ("euler", sigmas - 2, sigmas)] : [(sampler, 0, sigmas)];
    }

    private float? Argument(string name) =>
        _golden.TryGetProperty("step_args", out JsonElement arguments) && arguments.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : null;
}
