using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>The rows of <see cref="ProgramCatalog"/>, from a seed and a number of steps to the latent that is decoded, as those programs do it.</summary>
[Trait("Category", "Parity")]
public sealed class ProgramParityTests
{
    private const string ScheduleFile = "schedules/schedules.json";

    private static readonly ProgramHabits s_a1111 = ProgramCatalog.Of(CompatibilityProfile.A1111);
    private static readonly ProgramHabits s_comfy = ProgramCatalog.Of(CompatibilityProfile.ComfyUi);
    private static readonly ProgramHabits s_diffusers = ProgramCatalog.Of(CompatibilityProfile.Diffusers);

    public static TheoryData<string, string> A1111 => Rows("samplers/a1111ts_ddim.json", "samplers/a1111ts_plms.json", "samplers/a1111ts_unipc.json");

    public static TheoryData<string, string> KDiffusion => GoldenFolder.Cases("samplers/k_euler.json");

    public static TheoryData<string, string> Diffusers => GoldenFolder.Cases(ScheduleFile, "diffusers_timesteps");

    public static TheoryData<string, string> DiffusersRuns => Rows("samplers/d_dpmsolver_multistep.json", "samplers/d_unipc.json");

    [SkippableTheory]
    [MemberData(nameof(A1111))]
    public void A1111_FromStepsToLatent_EqualsItsOwnSamplers(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Skip.If(golden.TryGetProperty("error", out JsonElement error), $"The reference fails: {error}");
        Skip.If(label.Contains("str", StringComparison.Ordinal), "From a picture on, the list is cut; that is another matter.");
        Skip.If(golden.GetProperty("steps").GetInt32() == 1, "A single step is none there and gives the noise back; here it is taken.");
        JsonElement options = golden.GetProperty("options");
        Skip.If(options.EnumerateObject().Any(option => option.Name is "uni_pc_skip_type" or "uni_pc_lower_order_final"), "This setting is at its default in a recipe.");
        string key = Path.GetFileNameWithoutExtension(file)["a1111ts_".Length..];
        if (options.TryGetProperty("uni_pc_variant", out JsonElement variant))
        {
            Skip.If(variant.GetString() == "vary_coeff", "The third variant leaves out a part of its own correction, and is in no other program.");
            key = variant.GetString() == "bh2" ? "unipc_bh2" : key;
        }

        SamplerSettings settings = new()
        {
            Eta = options.TryGetProperty("eta", out JsonElement eta) ? eta.GetSingle() : null,
            Order = options.TryGetProperty("uni_pc_order", out JsonElement order) ? order.GetInt32() : null,
        };
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        NoiseLevels levels = GoldenNoiseLevels.A1111;
        float[] sigmas = sampler.Sigmas(Schedules.Find("karras")!, levels, golden.GetProperty("steps").GetInt32(), s_a1111);

        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        float[] timesteps = GoldenCalls.Floats(golden.GetProperty("model_t"));
        Func<float, float>? timestepOf = key.StartsWith("unipc", StringComparison.Ordinal) ? null : s_a1111.TimestepOf(key, levels);
        GoldenCalls calls = new(golden, tensors, id, "epsilon", timesteps, timestepOf, sigmaTolerance: 0);
        Latent x = new Latent(4, 4, 4, tensors.Floats($"{id}/x_start")) * s_a1111.StartScale(key, "karras", sigmas[0], levels);
        x = sampler.Sample(calls.Denoise, x, sigmas, sampler.Context(settings, levels, calls.Noise, null, CancellationToken.None, s_a1111));

        calls.AssertAllMade(mayDrawNone: settings.Eta is null);
        float[] expected = tensors.Floats($"{id}/final");
        Close.Within(expected, (x * s_a1111.EndScale(key, sigmas[^1])).Values, Tolerance(golden, expected), "final");
    }

    [SkippableTheory]
    [MemberData(nameof(KDiffusion))]
    public void StartScale_NoiseAlone_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        string scaling = golden.GetProperty("start_scaling").GetString()!;
        Skip.IfNot(scaling is "latent+noise*sigma" or "noise*sqrt(1+sigma^2)" && !label.Contains("str", StringComparison.Ordinal), $"{scaling}: not from noise alone.");
        bool isWhole = scaling != "latent+noise*sigma";
        string id = golden.GetProperty("id").GetString()!;
        float[] expected = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors")).Floats($"{id}/x_start");
        float sigma = golden.GetProperty("sigmas")[0].GetSingle();
        bool isZero = golden.GetProperty("prediction_type").GetString() == "v_prediction_zsnr";
        NoiseLevels levels = isZero ? GoldenNoiseLevels.Own.EndingInPureNoise() : GoldenNoiseLevels.Own;

        Latent noise = new MersenneNoise(long.Parse(golden.GetProperty("init_noise_seed").ToString(), CultureInfo.InvariantCulture)).Next(4, 4, 4);
        Latent start = noise * (isWhole ? s_comfy : s_a1111).StartScale("euler", "normal", sigma, levels);
        Close.WithinRelative(expected, start.Values, 1e-6, "start");
    }

    [SkippableTheory]
    [MemberData(nameof(Diffusers))]
    public void Diffusers_Spacings_AreThoseOfItsSchedulers(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "diffusers_timesteps");
        string? key = golden.GetProperty("class").GetString() switch
        {
            "DPMSolverMultistepScheduler" => "dpmpp_2m",
            "UniPCMultistepScheduler" => "unipc_bh2",
            "EulerDiscreteScheduler" => "euler",
            "DDIMScheduler" => "ddim",
            _ => null,
        };
        Skip.If(key is null, "The schedules' own tests have these.");
        string spacing = golden.GetProperty("timestep_spacing").GetString()!;
        Skip.If(spacing == "leading" && golden.GetProperty("steps_offset").GetInt32() == 0, "Stable Diffusion's configurations have an offset of 1.");
        int steps = golden.GetProperty("steps").GetInt32();
        Skip.If(key == "euler" && spacing == "linspace", "Its timesteps are fractions: that is the schedule \"normal\".");
        Skip.If(steps == 1 && key == "ddim" && spacing == "linspace", "A single step begins at the bottom there.");

        NoiseLevels levels = GoldenNoiseLevels.Diffusers;
        float[] sigmas = SamplerCatalog.Find(key!)!.Sigmas(Schedules.Find(spacing)!, levels, steps, s_diffusers);
        Close.Within(GoldenCalls.Floats(golden.GetProperty("timesteps")), Array.ConvertAll(sigmas[..^1], sigma => s_diffusers.TimestepOf(key!, levels)(sigma)), 0, "timesteps");

        // Those that walk on latents of unit variance begin with the noise itself; ours is that divided by sqrt(alpha).
        double start = golden.GetProperty("init_noise_sigma").GetDouble() * (s_diffusers.UnitVariance.Contains(key!) ? Math.Sqrt((sigmas[0] * (double)sigmas[0]) + 1) : 1);
        Assert.Equal(start, s_diffusers.StartScale(key!, spacing, sigmas[0], levels), start * 2e-6);
    }

    [SkippableTheory]
    [MemberData(nameof(DiffusersRuns))]
    public void TimestepOf_KarrasOfMultistepSchedulers_IsRounded(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Skip.IfNot(label.Contains("use_karras_sigmas", StringComparison.Ordinal) && !label.Contains("str", StringComparison.Ordinal), "Another list.");
        float[] expected = GoldenCalls.Floats(golden.GetProperty("timesteps"));
        float[] sigmas = GoldenCalls.Floats(golden.GetProperty("sigmas"));

        float[] found = Array.ConvertAll(sigmas[..expected.Length], sigma => s_diffusers.TimestepOf("dpmpp_2m", GoldenNoiseLevels.Diffusers)(sigma));

        Assert.Equal(expected, found);
    }

    private static TheoryData<string, string> Rows(params ReadOnlySpan<string> files)
    {
        TheoryData<string, string> rows = [];
        foreach (string file in files)
        {
            foreach (object[] row in GoldenFolder.Cases(file))
            {
                rows.Add((string)row[0], (string)row[1]);
            }
        }

        return rows;
    }

    private static double Tolerance(JsonElement golden, float[] expected) =>
        (16 * golden.GetProperty("sensitivity_1ulp").GetDouble()) + (4e-6 * Math.Max(1, expected.Max(Math.Abs)));
}
