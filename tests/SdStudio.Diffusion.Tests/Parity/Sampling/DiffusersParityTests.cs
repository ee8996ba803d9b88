using System.Text.Json;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>
/// The schedulers of diffusers. Half of them step latents of unit variance: ours times sqrt(alpha). Timesteps are taken as listed, as they are
/// rounded there. Tolerance: sixteen times what a change in the last bit does in the reference, plus 4e-6 of the largest value.
/// DDIM has tests of its own.
/// </summary>
[Trait("Category", "Parity")]
public sealed class DiffusersParityTests
{
    private const string Zero = "The process has no end at its last timestep, where the reference divides by 0 and this program goes by a small rest.";

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (object[] row in GoldenFolder.Cases("samplers/d_*.json"))
            {
                if (Path.GetFileNameWithoutExtension((string)row[0]) != "d_ddim")
                {
                    rows.Add((string)row[0], (string)row[1]);
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Sample_GoldenCase_EqualsDiffusers(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        DiffusersScheduler scheduler = new(Path.GetFileNameWithoutExtension(file), golden);
        Skip.If(WhyNot(scheduler) is not null, WhyNot(scheduler));

        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        GoldenCalls calls = new(golden, tensors, id, scheduler.Prediction, scheduler.Timesteps, timestepOf: null, sigmaTolerance: 0);

        float[] sigmas = scheduler.Sigmas();
        Latent x = new Latent(4, 4, 4, tensors.Floats($"{id}/x_start")) * (scheduler.HasUnitVariance ? Deviation(sigmas[0]) : 1);
        foreach ((string key, int start, int end) in scheduler.Parts(sigmas.Length))
        {
            SamplerChoice sampler = SamplerCatalog.Find(key)!;
            SamplingContext context = sampler.Context(scheduler.Settings, DiffusersScheduler.Levels, calls.Noise, null, CancellationToken.None);
            x = sampler.Sample(calls.Denoise, x, sigmas.AsSpan(start, end - start), context);
        }

        x *= scheduler.HasUnitVariance ? 1 / Deviation(sigmas[^1]) : 1;

        // Noise that is multiplied by 0 in the last step is drawn there and not here.
        int draws = golden.GetProperty("noise_draws").GetInt32();
        Assert.InRange(calls.Draws, Math.Max(0, draws - 1), draws);
        float[] expected = tensors.Floats($"{id}/x_after_step")[^64..];
        Close.Within(expected, x.Values, Tolerance(golden, expected), "final");
        if (tensors.Contains($"{id}/model_input"))
        {
            float[] inputs = tensors.Floats($"{id}/model_input");
            Close.Within(inputs, [.. calls.NetworkInputs], Tolerance(golden, inputs), "input of the network");
        }
    }

    /// <summary>What cannot come out the same, and why.</summary>
    private static string? WhyNot(DiffusersScheduler scheduler) => scheduler.Name switch
    {
        _ when scheduler.Fails => "The reference fails.",
        "d_dpmsolver_singlestep" => "The second evaluation of a step lies on the schedule there; here, as in k-diffusion, half way between.",
        "d_ddpm" or "d_lcm" or "d_tcd" when scheduler.Flag("rescale_betas_zero_snr") => Zero,
        "d_ddpm" when scheduler.Text("variance_type") is "fixed_large" => "The larger of DDPM's two variances is in no program for pictures.",
        "d_pndm" when !scheduler.Flag("skip_prk_steps") => "A start of Runge-Kutta steps is in no configuration of Stable Diffusion.",
        "d_pndm" when scheduler.Text("timestep_spacing") == "linspace" => "The reference steps to a timestep other than the one that it asks the network about next.",
        "d_pndm" when scheduler.Strength < 1 => "The reference leaves out the repeated first timestep and is one step ahead of its timesteps from then on.",
        "d_pndm" when scheduler.Prediction == "v_prediction" => "The reference extrapolates velocities, and the paper and this program noise.",
        "d_euler" when scheduler.Settings.Churn > 0 => "The reference asks the network first and adds the noise of churn then.",
        "d_lms" when scheduler.Strength < 1 => "The reference uses weights of the fourth order from the first step on, with slopes that are not there.",
        "d_deis" when scheduler.Strength < 1 => "The last step is of first order where the steps are few; the reference counts those that are left out too.",
        "d_unipc" or "d_dpmsolver_multistep" when scheduler.Flag("use_flow_sigmas") => "Flow models of unit variance are outside this version.",
        "d_unipc" when scheduler.Has("disable_corrector") => "A corrector that is left out in some steps is in no program for pictures.",
        "d_unipc" when scheduler.Flag("predict_x0", unset: true) is false => "The variant on noise estimates is in no program for pictures.",
        "d_unipc" when scheduler.Flag("lower_order_final", unset: true) is false => "Full order to the end is in no program for pictures.",
        "d_dpmsolver_multistep" when scheduler.Text("algorithm_type") is "dpmsolver" or "sde-dpmsolver" => "The older multistep solver on noise estimates is in no program for pictures.",
        "d_dpmsolver_multistep" when scheduler.Number("solver_order") == 3 => "The third order is lowered in the last step but one there, and not in k-diffusion.",
        "d_flow_match_euler" when scheduler.Flag("stochastic_sampling") => "Flow models replace noise by a rule of their own, and models of that kind are outside this version.",
        _ => null,
    };

    private static float Deviation(float sigma) => MathF.Sqrt(1 + (sigma * sigma));

    private static double Tolerance(JsonElement golden, float[] expected) =>
        (16 * golden.GetProperty("sensitivity_1ulp").GetDouble()) + (4e-6 * Math.Max(1, expected.Max(Math.Abs)));
}
