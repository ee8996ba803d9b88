using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>
/// The samplers of k-diffusion, A1111, Forge and ComfyUI. Tolerance: four times the reference's own deviation from float64, plus 2e-6 of the
/// largest value; where the reference in float64 takes other steps, 1e-4 of it.
/// </summary>
[Trait("Category", "Parity")]
public sealed class SamplerParityTests
{
    /// <summary>Sigmas between those of the schedule are as exact as the float32 exponentials of the reference.</summary>
    private const float SigmaTolerance = 3e-6f;

    /// <summary>Steps that follow from the error of the last ones amplify its last bits.</summary>
    private const float ChosenSigmaTolerance = 1e-3f;

    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["k_euler"] = "euler",
        ["k_euler_ancestral"] = "euler_a",
        ["k_heun"] = "heun",
        ["k_heunpp2"] = "heunpp2",
        ["k_lms"] = "lms",
        ["k_dpm_2"] = "dpm2",
        ["k_dpm_2_ancestral"] = "dpm2_a",
        ["k_dpm_fast"] = "dpm_fast",
        ["k_dpm_adaptive"] = "dpm_adaptive",
        ["k_dpmpp_2s_ancestral"] = "dpmpp_2s_a",
        ["k_dpmpp_2m"] = "dpmpp_2m",
        ["k_dpmpp_sde"] = "dpmpp_sde",
        ["k_dpmpp_2m_sde"] = "dpmpp_2m_sde",
        ["k_dpmpp_2m_sde_heun"] = "dpmpp_2m_sde_heun",
        ["k_dpmpp_3m_sde"] = "dpmpp_3m_sde",
        ["k_deis"] = "deis",
        ["k_ipndm"] = "ipndm",
        ["k_ipndm_v"] = "ipndm_v",
        ["k_restart"] = "restart",
        ["k_ddpm"] = "ddpm",
        ["k_lcm"] = "lcm",
    };

    public static TheoryData<string> AllFiles => GoldenFolder.Files("samplers/k_*.json");

    public static TheoryData<string, string> Cases => GoldenFolder.Cases("samplers/k_*.json");

    /// <summary>Those whose noise is of a Brownian path.</summary>
    public static TheoryData<string, string> BrownianCases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (object[] row in GoldenFolder.Cases("samplers/k_*_sde*.json"))
            {
                (string file, string label) = ((string)row[0], (string)row[1]);
                if (!GoldenFolder.Has(file) || GoldenFolder.Case(file, label).TryGetProperty("brownian_seed", out _))
                {
                    rows.Add(file, label);
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(AllFiles))]
    public void Catalogue_SamplersOfTheFolder_AreInIt(string file)
    {
        GoldenFolder.Json(file);
        Assert.NotNull(Find(file));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Sample_GoldenCase_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        SamplerChoice sampler = Find(file);
        string prediction = golden.GetProperty("prediction_type").GetString()!;
        Skip.If(
            prediction == "flux" && sampler.StepNoise == StepNoise.Independent,
            "Flow models replace noise by a rule of their own, and models of that kind are outside this version.");

        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        NoiseLevels levels = prediction == "v_prediction_zsnr" ? GoldenNoiseLevels.Own.EndingInPureNoise() : GoldenNoiseLevels.Own;
        Func<float, float>? timestepOf = prediction is "flow" or "flux" || sampler.ChoosesSteps ? null
            : golden.GetProperty("timestep_rounding").GetString() == "interpolated" ? levels.SigmaToTimestep
            : levels.NearestTimestep;
        GoldenCalls calls = new(
            golden, tensors, id, prediction == "flux" ? "flow" : prediction, GoldenCalls.Floats(golden.GetProperty("model_t")), timestepOf,
            sampler.ChoosesSteps ? ChosenSigmaTolerance : SigmaTolerance);
        SamplerSettings settings = Settings(golden.GetProperty("options"));

        List<int> steps = [];
        float[] sigmas = GoldenCalls.Floats(golden.GetProperty("sigmas"));
        SamplingContext context = sampler.Context(settings, levels, calls.Noise, (step, _) => steps.Add(step), CancellationToken.None);
        Latent final = sampler.Sample(calls.Denoise, ToLatent(tensors.Floats($"{id}/x_start")), sigmas, context);

        Assert.Equal(golden.GetProperty("step_first_call").GetArrayLength(), steps.Count);
        calls.AssertAllMade(mayDrawNone: sampler.StepNoise == StepNoise.None ? settings.Churn == 0 : context.Eta == 0);
        float[] expected = tensors.Floats($"{id}/final");
        Close.Within(expected, final.Values, Tolerance(golden, expected), "final");
        if (tensors.Contains($"{id}/model_x") && !sampler.ChoosesSteps)
        {
            float[] inputs = tensors.Floats($"{id}/model_x");
            Close.Within(inputs, [.. calls.Inputs], Tolerance(golden, inputs), "input of the network");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(BrownianCases))]
    public void NoiseFor_BrownianCase_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        JsonElement seeds = golden.GetProperty("brownian_seed");
        SamplerChoice sampler = Find(file);
        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        Latent start = ToLatent(tensors.Floats($"{id}/x_start"));
        float[] sigmas = GoldenCalls.Floats(golden.GetProperty("sigmas"));

        // The sampler itself asks for the noise, as another last bit of a sigma would be other noise.
        long seed = long.Parse(seeds[0].ToString(), CultureInfo.InvariantCulture);
        Func<float, float, Latent> noise = sampler.NoiseFor(seed, new MersenneNoise(seed), start, sigmas);
        List<float> found = [];
        Latent Noise(float from, float to)
        {
            Latent drawn = noise(from, to);
            found.AddRange(drawn.Values);
            return drawn;
        }

        SamplingContext context = sampler.Context(Settings(golden.GetProperty("options")), GoldenNoiseLevels.Own, Noise, null, CancellationToken.None);
        sampler.Sample((x, _) => x, start, sigmas, context);
        Close.BitExact(tensors.Floats($"{id}/noise"), found.ToArray());
    }

    private static SamplerChoice Find(string file) => SamplerCatalog.Find(s_keys[Path.GetFileNameWithoutExtension(file)])!;

    private static SamplerSettings Settings(JsonElement options)
    {
        SamplerSettings settings = SamplerSettings.Default;
        foreach (JsonProperty option in options.EnumerateObject())
        {
            settings = option.Name switch
            {
                "eta" => settings with { Eta = option.Value.GetSingle() },
                "s_noise" => settings with { NoiseScale = option.Value.GetSingle() },
                "s_churn" => settings with { Churn = option.Value.GetSingle() },
                "s_tmin" => settings with { ChurnMin = option.Value.GetSingle() },
                "s_tmax" => settings with { ChurnMax = option.Value.GetSingle() },
                "order" => settings with { Order = option.Value.GetInt32() },
                "solver_type" => settings,
                _ => throw new NotSupportedException($"The option {option.Name} is new to these tests."),
            };
        }

        Assert.Null(settings.WhyNot());
        return settings;
    }

    private static double Tolerance(JsonElement golden, float[] expected)
    {
        double largest = expected.Max(Math.Abs);
        JsonElement deviation = golden.GetProperty("max_abs_dev_vs_float64");
        return deviation.ValueKind == JsonValueKind.Number
            ? (4 * deviation.GetDouble()) + (2e-6 * Math.Max(1, largest))
            : 1e-4 * largest;
    }

    private static Latent ToLatent(float[] values) => new(4, 4, 4, values);
}
