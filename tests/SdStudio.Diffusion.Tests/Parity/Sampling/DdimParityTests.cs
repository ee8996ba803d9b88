using System.Text.Json;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>
/// DDIM of diffusers and of A1111, whose latents have unit variance: ours times sqrt(alpha). Tolerance: sixteen times what a change
/// in the last bit does in the reference, plus 4e-6 of the largest value.
/// </summary>
[Trait("Category", "Parity")]
public sealed class DdimParityTests
{
    public static TheoryData<string, string> Diffusers => GoldenFolder.Cases("samplers/d_ddim.json");

    public static TheoryData<string, string> A1111 => GoldenFolder.Cases("samplers/a1111ts_ddim.json");

    [SkippableTheory]
    [MemberData(nameof(Diffusers))]
    public void Sample_StepByStep_EqualsDiffusers(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        JsonElement config = golden.GetProperty("config");
        Skip.If(Flag(config, "rescale_betas_zero_snr", false), "Processes with zero terminal noise are outside this version.");
        Skip.If(Flag(config, "clip_sample", true), "Clipped estimates are outside this version.");

        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        NoiseLevels levels = GoldenNoiseLevels.Diffusers;
        float[] timesteps = Floats(golden, "timesteps");
        float[] expected = tensors.Floats($"{id}/x_after_step");
        float[] noise = tensors.Contains($"{id}/noise") ? tensors.Floats($"{id}/noise") : [];
        float eta = golden.TryGetProperty("step_args", out JsonElement arguments) && arguments.TryGetProperty("eta", out JsonElement value) ? value.GetSingle() : 0;
        bool velocity = config.TryGetProperty("prediction_type", out JsonElement prediction) && prediction.GetString() == "v_prediction";
        float lastSigma = Flag(config, "set_alpha_to_one", true) ? 0 : levels.Min;

        // diffusers steps from t to t - 1000/steps, which with "linspace" is not the next of its timesteps: so each step by itself.
        int stride = levels.Sigmas.Length / golden.GetProperty("steps").GetInt32();
        float[] x = tensors.Floats($"{id}/x_start");
        List<float> found = [];
        for (int i = 0; i < timesteps.Length; i++)
        {
            float sigma = levels.TimestepToSigma(timesteps[i]);
            float sigmaNext = timesteps[i] >= stride ? levels.TimestepToSigma(timesteps[i] - stride) : lastSigma;
            x = Run([sigma, sigmaNext], [timesteps[i]], x, velocity, eta, () => noise.AsSpan(i * 64, 64).ToArray());
            found.AddRange(x);
        }

        Close.Within(expected, found.ToArray(), Tolerance(golden, expected));
    }

    [SkippableTheory]
    [MemberData(nameof(A1111))]
    public void Sample_AllSteps_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        NoiseLevels levels = GoldenNoiseLevels.A1111;
        float[] called = Floats(golden, "model_t");
        float[] expected = tensors.Floats($"{id}/final");
        float[] x = tensors.Floats($"{id}/x_start");

        // Its list ascends, and the last entry below those it asks the network about is only gone to.
        float[] ascending = Floats(golden, "timesteps_ascending");
        float goal = called.Length > 0 ? ascending[Array.IndexOf(ascending, called[^1]) - 1] : ascending[0];
        float[] sigmas = Array.ConvertAll([.. called, goal], levels.TimestepToSigma);
        float eta = golden.GetProperty("options").TryGetProperty("eta", out JsonElement value) ? value.GetSingle() : 0;
        float[] noise = tensors.Contains($"{id}/noise") ? tensors.Floats($"{id}/noise") : [];
        int draws = 0;
        float[] final = Run(sigmas, called, x, velocity: false, eta, () => noise.AsSpan(draws++ * 64, 64).ToArray());

        Close.Within(expected, final, Tolerance(golden, expected));
    }

    private static float[] Run(float[] sigmas, float[] timesteps, float[] start, bool velocity, float eta, Func<float[]> noise)
    {
        int call = 0;
        float Timestep(float sigma) => timesteps[call++];
        Denoiser denoiser = velocity
            ? Prediction.VelocityToDenoiser(StandInNetwork.Predict, Timestep)
            : Prediction.EpsilonToDenoiser(StandInNetwork.Predict, Timestep);
        SamplingContext context = new((_, _) => new Latent(4, 4, 4, noise()), null, CancellationToken.None) { Eta = eta };

        Latent x = new Latent(4, 4, 4, start) * Deviation(sigmas[0]);
        x = SamplerCatalog.Find("ddim")!.Sample(denoiser, x, sigmas, context);
        Assert.Equal(timesteps.Length, call);
        return (x / Deviation(sigmas[^1])).Values.ToArray();
    }

    private static float Deviation(float sigma) => MathF.Sqrt(1 + (sigma * sigma));

    private static double Tolerance(JsonElement golden, float[] expected) =>
        (16 * golden.GetProperty("sensitivity_1ulp").GetDouble()) + (4e-6 * Math.Max(1, expected.Max(Math.Abs)));

    private static bool Flag(JsonElement config, string name, bool unset) =>
        config.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : unset;

    private static float[] Floats(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
}
