using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>
/// Whole loops of the reference: prompt, guidance, sampler and decoder together. The reference steps by its own lists of timesteps
/// and sigmas, which the golden data gives; the stepping rules are the catalogue's.
/// </summary>
[Trait("Category", "Parity")]
public sealed class EndToEndParityTests
{
    private const double LatentTolerance = 1e-4, ImageTolerance = 1e-3;

    // The network of sd21-tiny is less well conditioned: the reference differs from itself by 6e-3 between float32 and float64.
    private const double WorseLatentTolerance = 5e-3, WorseImageTolerance = 2e-2;

    // Schedulers of the reference that this version's samplers are the same as, once timesteps and sigmas agree.
    private static readonly Dictionary<string, string> s_samplers = new()
    {
        ["diffusers:DDIMScheduler"] = "ddim",
        ["diffusers:EulerDiscreteScheduler"] = "euler",
        ["diffusers:DPMSolverMultistepScheduler"] = "dpmpp_2m",
        ["diffusers:HeunDiscreteScheduler"] = "heun",
    };

    public static TheoryData<string, string> Cases => GoldenFolder.Cases("e2e/*-txt2img.json");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Loop_OnGoldenNoise_EndsInTheSameLatentAndPicture(string file, string label)
    {
        JsonElement settings = GoldenFolder.Case(file, label);
        string name = Path.GetFileNameWithoutExtension(file);
        string model = name[..^"-txt2img".Length];
        string scheduler = settings.GetProperty("sampler").GetString()!;
        Skip.IfNot(s_samplers.ContainsKey(scheduler), $"{scheduler} is not among this version's samplers.");
        RequireKnown(settings.GetProperty("scheduler_config"));

        GoldenTensors golden = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        string at = $"e2e/{settings.GetProperty("index").GetInt32()}/";
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using LoadedModel loaded = Load(model, device);

        (Latent afterFirst, Latent final) = Run(loaded, settings, golden, at, SamplerCatalog.Find(s_samplers[scheduler])!);

        (double latents, double pixels) = model.StartsWith("sd21", StringComparison.Ordinal) ? (WorseLatentTolerance, WorseImageTolerance) : (LatentTolerance, ImageTolerance);
        Within(golden.Floats(at + "latents_after_step1"), afterFirst, latents, at + "latents_after_step1");
        Within(golden.Floats(at + "latents_final"), final, latents, at + "latents_final");
        if (golden.Contains(at + "image"))
        {
            float[] image = loaded.VaeDecoder.Decode(final / loaded.Checkpoint.VaeSettings.ScalingFactor, CancellationToken.None);
            Close.Within(golden.Floats(at + "image"), image, pixels, at + "image");
        }
    }

    private static (Latent AfterFirst, Latent Final) Run(LoadedModel model, JsonElement settings, GoldenTensors golden, string at, SamplerChoice sampler)
    {
        float guidance = settings.GetProperty("guidance_scale").GetSingle();
        int? both = Optional(settings, "clip_skip_both");
        long[] shape = golden.Shape(at + "noise");
        int factor = model.Checkpoint.VaeLayout.Factor;
        Conditioning Read(string prompt, int skipped) => model.ForSize(Encode(model, prompt, skipped), (int)shape[3] * factor, (int)shape[2] * factor);
        Conditioning positive = Read(settings.GetProperty("prompt").GetString()!, both ?? Optional(settings, "clip_skip_positive_only") ?? 0);
        Conditioning negative = Read(settings.GetProperty("negative_prompt").GetString()!, both ?? 0);

        float[] timesteps = golden.Floats(at + "timesteps");
        float[] sigmas = golden.Contains(at + "sigmas")
            ? golden.Floats(at + "sigmas")
            // The reference's DDIM leaves the noise of timestep 0 in its result.
            : [.. timesteps.Select(model.NoiseLevels.TimestepToSigma), model.NoiseLevels.Min];

        // Some schedulers of the reference step latents of unit variance, as the network takes them; ours step clean latent plus noise.
        bool isUnitVariance = golden.Floats(at + "init_noise_sigma")[0] == 1;
        float Scale(float sigma) => isUnitVariance ? MathF.Sqrt((sigma * sigma) + 1) : 1;

        Latent noise = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats(at + "noise"));
        Latent start = noise * (isUnitVariance ? Scale(sigmas[0]) : golden.Floats(at + "init_noise_sigma")[0]);

        Latent? second = null;
        int step = 0;
        Latent Network(Latent x, float timestep) => Predict(model, x, timestep, positive, negative, guidance);
        Denoiser byTimestep = PredictionOf(settings.GetProperty("scheduler_config")) == "v_prediction"
            ? Prediction.VelocityToDenoiser(Network, _ => timesteps[step])
            : Prediction.EpsilonToDenoiser(Network, _ => timesteps[step]);
        SamplingContext context = new((_, _) => throw new InvalidOperationException("These loops draw no noise."), (_, _) => step++, CancellationToken.None)
        {
            Eta = 0,
        };
        Latent final = sampler.Sample(
            (x, sigma) =>
            {
                if (step == 1)
                {
                    second ??= x;
                }

                return byTimestep(x, sigma);
            },
            start,
            sigmas,
            context);
        return ((second ?? final) / Scale(sigmas[1]), final / Scale(sigmas[^1]));
    }

    private static Latent Predict(LoadedModel model, Latent x, float timestep, Conditioning positive, Conditioning negative, float guidance)
    {
        if (guidance == 1)
        {
            return model.UNet.Predict(x, timestep, positive, CancellationToken.None);
        }

        (Latent conditional, Latent unconditional) = model.UNet.PredictPair(x, timestep, positive, negative, CancellationToken.None);
        return Guidance.Combine(conditional, unconditional, guidance);
    }

    /// <summary>As the reference pipeline encodes: one chunk, what is too long is cut off, no weights.</summary>
    private static Conditioning Encode(LoadedModel model, string prompt, int skipped)
    {
        Conditioning? all = null;
        foreach (PromptReader reader in model.Readers)
        {
            (float[] values, float[]? pooled) = reader.Encoder.EncodeWhole(Assert.Single(reader.Chunker.Chunk(prompt)), reader.Settings.TrainedSkip + skipped, CancellationToken.None);
            Conditioning own = new(values, reader.Encoder.Tokens, reader.Encoder.Dimension) { Pooled = pooled };
            all = all?.Beside(own) ?? own;
        }

        return all!;
    }

    /// <summary>The folder, or where that holds only parts the same weights as a single file.</summary>
    private static LoadedModel Load(string model, InferenceDevice device)
    {
        try
        {
            Checkpoint checkpoint = GoldenModel.OpenWhole(model);
            return LoadedModel.Load(checkpoint, new CheckpointParts { ModelRoots = [GoldenFolder.Require("models")] }, device);
        }
        catch (UnsupportedModelException unsupported)
        {
            Skip.If(true, unsupported.Message);
            throw;
        }
    }

    private static void RequireKnown(JsonElement scheduler)
    {
        Skip.IfNot(PredictionOf(scheduler) is "epsilon" or "v_prediction", $"Prediction type {PredictionOf(scheduler)} is not among this version's.");
        foreach ((string option, string wanted) in (ReadOnlySpan<(string, string)>)[("algorithm_type", "dpmsolver++"), ("solver_type", "midpoint"), ("final_sigmas_type", "zero")])
        {
            if (scheduler.TryGetProperty(option, out JsonElement value))
            {
                Skip.IfNot(value.GetString() == wanted, $"{option} {value} is not among this version's.");
            }
        }

        if (scheduler.TryGetProperty("solver_order", out JsonElement order))
        {
            Skip.IfNot(order.GetInt32() == 2, $"Solver order {order} is not among this version's.");
        }
    }

    private static string PredictionOf(JsonElement scheduler) =>
        scheduler.TryGetProperty("prediction_type", out JsonElement type) ? type.GetString()! : "epsilon";

    private static int? Optional(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static void Within(float[] expected, Latent actual, double tolerance, string what) =>
        Close.Within(expected, actual.Values, tolerance * expected.Max(MathF.Abs), what);
}
