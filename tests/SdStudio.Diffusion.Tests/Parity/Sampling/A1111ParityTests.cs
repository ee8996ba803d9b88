using System.Text.Json;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>
/// A1111's own samplers, PLMS and UniPC on latents of unit variance and LCM. Tolerance: sixteen times what a change in the last bit
/// does in the reference, plus 4e-6 of the largest value. DDIM has tests of its own.
/// </summary>
[Trait("Category", "Parity")]
public sealed class A1111ParityTests
{
    public static TheoryData<string, string> Plms => GoldenFolder.Cases("samplers/a1111ts_plms.json");

    public static TheoryData<string, string> UniPc => GoldenFolder.Cases("samplers/a1111ts_unipc.json");

    public static TheoryData<string, string> Lcm => GoldenFolder.Cases("samplers/a1111_lcm.json");

    public static TheoryData<string> CfgPlusPlus => GoldenFolder.Files("samplers/a1111ts_ddim_cfgpp.json");

    [SkippableTheory]
    [MemberData(nameof(Plms))]
    public void Plms_AllSteps_EqualsA1111(string file, string label)
    {
        // Its list ascends, and the lowest entry is only gone to.
        JsonElement golden = GoldenFolder.Case(file, label);
        float[] ascending = GoldenCalls.Floats(golden.GetProperty("timesteps_ascending"));
        Run("plms", file, golden, [.. ascending.Reverse().Select(GoldenNoiseLevels.A1111.TimestepToSigma)], SamplerSettings.Default, hasUnitVariance: true);
    }

    [SkippableTheory]
    [MemberData(nameof(UniPc))]
    public void UniPc_AllSteps_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Skip.If(golden.TryGetProperty("error", out JsonElement error), $"The reference fails: {error}");
        JsonElement options = golden.GetProperty("options");
        string variant = options.TryGetProperty("uni_pc_variant", out JsonElement name) ? name.GetString()! : "bh1";
        Skip.If(variant == "vary_coeff", "The third variant leaves out a part of its own correction, and is in no other program.");
        Skip.If(options.TryGetProperty("uni_pc_lower_order_final", out _), "Full order to the end is in no other program.");

        // The noise level of a fractional timestep is interpolated in the logarithm of alpha there, between whole timesteps a little lower than ours.
        float[] sigmas = [.. GoldenCalls.Floats(golden.GetProperty("model_t")).Append(0).Select(SigmaByAlpha)];
        int order = options.TryGetProperty("uni_pc_order", out JsonElement wanted) ? wanted.GetInt32() : 3;
        Run(variant == "bh1" ? "unipc" : "unipc_bh2", file, golden, sigmas, new SamplerSettings { Order = order }, hasUnitVariance: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Lcm))]
    public void Lcm_AllSteps_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Run("lcm", file, golden, GoldenCalls.Floats(golden.GetProperty("sigmas")), SamplerSettings.Default, hasUnitVariance: false);
    }

    [SkippableTheory]
    [MemberData(nameof(CfgPlusPlus))]
    public void DdimCfgPlusPlus_AllCases_AreOutside(string file)
    {
        GoldenFolder.Json(file);
        Skip.If(true, "CFG++ steps along the prediction without guidance, which samplers never see here.");
    }

    private static void Run(string key, string file, JsonElement golden, float[] sigmas, SamplerSettings settings, bool hasUnitVariance)
    {
        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        GoldenCalls calls = new(golden, tensors, id, "epsilon", GoldenCalls.Floats(golden.GetProperty("model_t")), timestepOf: null, sigmaTolerance: 0);
        SamplerChoice sampler = SamplerCatalog.Find(key)!;

        Latent x = new Latent(4, 4, 4, tensors.Floats($"{id}/x_start")) * (hasUnitVariance ? Deviation(sigmas[0]) : 1);
        SamplingContext context = sampler.Context(settings, GoldenNoiseLevels.A1111, calls.Noise, null, CancellationToken.None);
        x = sampler.Sample(calls.Denoise, x, sigmas, context) / (hasUnitVariance ? Deviation(sigmas[^1]) : 1);

        calls.AssertAllMade(mayDrawNone: false);
        float[] expected = tensors.Floats($"{id}/final");
        Close.Within(expected, x.Values, Tolerance(golden, expected), "final");
        if (hasUnitVariance && tensors.Contains($"{id}/model_x"))
        {
            float[] inputs = tensors.Floats($"{id}/model_x");
            Close.Within(inputs, [.. calls.NetworkInputs], Tolerance(golden, inputs), "input of the network");
        }
    }

    private static float SigmaByAlpha(float timestep)
    {
        float[] alphas = GoldenFolder.Tensors("schedules/tables.safetensors").Floats("alphas_cumprod_ldm_f32");
        int low = Math.Min((int)timestep, alphas.Length - 2);
        double share = timestep - low, logAlpha = ((1 - share) * Math.Log(alphas[low])) + (share * Math.Log(alphas[low + 1]));
        return (float)Math.Sqrt(Math.Exp(-logAlpha) - 1);
    }

    private static float Deviation(float sigma) => MathF.Sqrt(1 + (sigma * sigma));

    private static double Tolerance(JsonElement golden, float[] expected) =>
        (16 * golden.GetProperty("sensitivity_1ulp").GetDouble()) + (4e-6 * Math.Max(1, expected.Max(Math.Abs)));
}
