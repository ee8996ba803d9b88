using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Sampling;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>Tolerance 2e-6 relative: some reference lists go through pow and exp in float32.</summary>
[Trait("Category", "Parity")]
public sealed class ScheduleParityTests
{
    private const string File = "schedules/schedules.json";
    private const double Tolerance = 2e-6;

    /// <summary>Lists of other names, and of parameters that the catalogue leaves at their usual values.</summary>
    private static readonly Dictionary<string, Schedule> s_others = new()
    {
        ["uniform"] = Schedules.Find("normal")!,
        ["beta_a1111"] = Schedules.Find("beta")!,
        ["comfy_normal"] = Schedules.Find("normal")!,
        ["comfy_sgm_uniform"] = Schedules.Find("sgm_uniform")!,
        ["comfy_ddim_uniform"] = Schedules.Find("ddim_uniform")!,
        ["comfy_beta"] = Schedules.Find("beta_timesteps")!,
        ["comfy_linear_quadratic"] = Schedules.Find("linear_quadratic")!,
        ["karras_rho5"] = new("", "", (levels, steps) => Schedules.KarrasBetween(levels.Min, levels.Max, steps, rho: 5)),
        ["karras_old_0.1_10"] = new("", "", (_, steps) => Schedules.KarrasBetween(0.1f, 10, steps)),
        ["polyexponential_rho2"] = new("", "", (levels, steps) => Schedules.Polyexponential(levels, steps, rho: 2)),
        ["ays_sd15"] = Schedules.Find("ays")!,
        ["ays32_sd15"] = Schedules.Find("ays_32")!,
        ["ays_gits_sd15"] = Schedules.Find("ays_gits")!,
        ["ays_sdxl"] = OfXl("ays"),
        ["ays32_sdxl"] = OfXl("ays_32"),
        ["ays_gits_sdxl"] = OfXl("ays_gits"),
    };

    public static TheoryData<string, string> Lists
    {
        get
        {
            TheoryData<string, string> rows = [];
            if (GoldenFolder.Has(File))
            {
                foreach (JsonProperty family in GoldenFolder.Json(File).GetProperty("sigma_lists").EnumerateObject())
                {
                    foreach (JsonProperty schedule in family.Value.EnumerateObject())
                    {
                        rows.Add(family.Name, schedule.Name);
                    }
                }
            }
            else
            {
                rows.Add("sd", "normal");
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Lists))]
    public void Make_AnyNumberOfSteps_EqualsReference(string family, string name)
    {
        JsonElement lists = GoldenFolder.Json(File).GetProperty("sigma_lists");
        Skip.IfNot(family is "sd" or "sd_zsnr", $"Flow models ({family}) are outside this version.");
        Skip.If(
            family == "sd_zsnr" && name is "karras" or "karras_rho5" or "kl_optimal",
            "The reference forms this list in float32, where a sigma of 4518 leaves more than the tolerance of the small ones.");
        NoiseLevels levels = family == "sd" ? GoldenNoiseLevels.Own : GoldenNoiseLevels.Own.EndingInPureNoise();
        Schedule schedule = s_others.GetValueOrDefault(name) ?? Schedules.Find(name)!;

        foreach (JsonProperty golden in lists.GetProperty(family).GetProperty(name).EnumerateObject())
        {
            int steps = int.Parse(golden.Name, CultureInfo.InvariantCulture);
            float[] expected = [.. golden.Value.EnumerateArray().Select(sigma => sigma.GetSingle())];
            Close.WithinRelative(expected, schedule.Make(levels, steps), Tolerance, $"{name} with {steps} steps");
        }
    }

    public static TheoryData<string, string> Timesteps => GoldenFolder.Cases(File, "diffusers_timesteps");

    [SkippableTheory]
    [MemberData(nameof(Timesteps))]
    public void Make_WholeTimesteps_AreThoseOfDiffusers(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "diffusers_timesteps");
        string kind = golden.GetProperty("class").GetString()!;
        string? spacing = golden.TryGetProperty("timestep_spacing", out JsonElement named) ? named.GetString() : null;
        Skip.If(kind.StartsWith("FlowMatch", StringComparison.Ordinal), "Flow models are outside this version.");
        Skip.If(kind is "DPMSolverMultistepScheduler" or "UniPCMultistepScheduler" && spacing != "trailing", "These leave out the lowest of one more timestep: diffusers' own list, in the tests of the programs.");
        Skip.If(spacing == "leading" && golden.GetProperty("steps_offset").GetInt32() == 0, "Stable Diffusion's configurations have an offset of 1.");
        Skip.If(golden.TryGetProperty("original_inference_steps", out JsonElement grid) && grid.GetInt32() != 50, "Models are distilled at fifty timesteps.");

        string key = spacing is null ? "lcm" : kind == "EulerDiscreteScheduler" && spacing == "linspace" ? "normal" : spacing;
        float[] sigmas = Schedules.Find(key)!.Make(GoldenNoiseLevels.Own, golden.GetProperty("steps").GetInt32());
        float[] expected = [.. Floats(golden, "timesteps").Distinct()];
        bool isDownwards = key is "normal" && expected.Length == 1;
        Skip.If(isDownwards, "A single step begins at the bottom there.");
        float[] found = Array.ConvertAll(sigmas[..^1], GoldenNoiseLevels.Own.SigmaToTimestep);
        Close.Within(expected, found, key == "normal" ? 1e-3 : 0);
    }

    [SkippableFact]
    public void ScaledLinear_OfStableDiffusion_EqualsTable()
    {
        float[] expected = GoldenFolder.Tensors("schedules/tables.safetensors").Floats("sigmas_forge_comfy_f32");
        Close.WithinRelative(expected, GoldenNoiseLevels.Own.Sigmas, Tolerance);
    }

    [SkippableFact]
    public void EndingInPureNoise_OfStableDiffusion_EqualsTable()
    {
        float[] expected = GoldenFolder.Tensors("schedules/tables.safetensors").Floats("sigmas_zsnr_forge_comfy_f32");
        Close.WithinRelative(expected, GoldenNoiseLevels.Own.EndingInPureNoise().Sigmas, Tolerance);
    }

    [SkippableFact]
    public void TimestepToSigma_FractionalTimesteps_InterpolatesLogSigma()
    {
        JsonElement golden = GoldenFolder.Json(File).GetProperty("t_to_sigma");
        float[] timesteps = Floats(golden, "t");
        Close.WithinRelative(Floats(golden, "sigma_comfy_forge"), Array.ConvertAll(timesteps, GoldenNoiseLevels.Own.TimestepToSigma), Tolerance, "ComfyUI, Forge");
        Close.WithinRelative(Floats(golden, "sigma_a1111"), Array.ConvertAll(timesteps, GoldenNoiseLevels.A1111.TimestepToSigma), Tolerance, "A1111");
    }

    [SkippableFact]
    public void SigmaToTimestep_AnySigma_IsInterpolated()
    {
        JsonElement golden = GoldenFolder.Json(File).GetProperty("sigma_to_t");
        float[] found = Array.ConvertAll(Floats(golden, "sigma"), GoldenNoiseLevels.A1111.SigmaToTimestep);
        Close.WithinRelative(Floats(golden, "t_interpolated_a1111"), found, Tolerance);
    }

    [SkippableFact]
    public void NearestTimestep_AnySigma_IsNearestInLogSigma()
    {
        JsonElement golden = GoldenFolder.Json(File).GetProperty("sigma_to_t");
        float[] found = Array.ConvertAll(Floats(golden, "sigma"), GoldenNoiseLevels.Own.NearestTimestep);
        Assert.Equal(Floats(golden, "t_nearest_comfy_forge"), found);
    }

    private static float[] Floats(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static Schedule OfXl(string key) =>
        new("", "", (levels, steps) => Schedules.Find(key)!.Make(levels.WithAligned(AlignedSteps.StableDiffusionXl), steps));
}
