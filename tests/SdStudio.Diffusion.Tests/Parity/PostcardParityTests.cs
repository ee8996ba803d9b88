using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>
/// The model that ships, as its own training code draws with it: the same words, seed and sigmas end in the same latent and the same
/// picture. Cases are discovered in <c>tests/Goldens/postcard</c>; they belong to the weights beside them, so no other folder of golden
/// data takes their place.
/// </summary>
[Trait("Category", "Parity")]
public sealed class PostcardParityTests
{
    private const double LatentTolerance = 1e-4, PictureTolerance = 1e-3;

    private static readonly string s_cases = Path.Combine(GoldenFolder.Repository, "tests", "Goldens", "postcard");

    public static TheoryData<string> Cases => new(Directory.EnumerateFiles(s_cases, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    public static TheoryData<string> CasesWithSchedule => new(((IEnumerable<object[]>)Cases).Select(row => (string)row[0]).Where(name => Read(name).TryGetProperty("schedule", out _)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Noise_OfTheSeed_IsTheTrainers(string name)
    {
        GoldenTensors golden = Tensors(name);
        long[] shape = golden.Shape("noise");

        Latent noise = new MersenneNoise(Read(name).GetProperty("seed").GetInt64()).Next((int)shape[1], (int)shape[2], (int)shape[3]);

        Close.BitExact(golden.Floats("noise"), noise.Values, "noise");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loop_OnTheTrainersNoise_EndsInTheSameLatentAndPicture(string name)
    {
        JsonElement settings = Read(name);
        GoldenTensors golden = Tensors(name);
        using LoadedModel model = LoadedModel.Load(Postcard.Path, new CheckpointParts(), InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));
        using LoraSwitch loras = new(model, Postcard.LoraPath);
        loras.Select(Recipe(settings).Loras, CancellationToken.None);

        (Latent first, Latent final) = Run(model, settings, golden);

        Within(golden.Floats("latents_first"), first, "latents_first");
        Within(golden.Floats("latents_final"), final, "latents_final");
        float[] picture = model.VaeDecoder.Decode(final / model.Checkpoint.VaeSettings.ScalingFactor, CancellationToken.None);
        Close.Within(golden.Floats("picture"), picture, PictureTolerance, "picture");
    }

    /// <summary>The same by the way that a person's recipe takes; half a level of colour may round either way.</summary>
    [Theory]
    [MemberData(nameof(CasesWithSchedule))]
    public void Recipe_SentThroughThePipeline_GivesTheTrainersPicture(string name)
    {
        ImageRecipe recipe = Recipe(Read(name));
        GoldenTensors golden = Tensors(name);
        RgbImage expected = PlanarImage.ToRgb(golden.Floats("picture"), recipe.Width, recipe.Height);
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(
            Postcard.Path, new PipelineSettings([], Postcard.LoraPath), InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));

        RgbImage actual = pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None);

        Close.Within(Levels(expected), Levels(actual), 1, "levels of colour");
    }

    private static (Latent First, Latent Final) Run(LoadedModel model, JsonElement settings, GoldenTensors golden)
    {
        ImageRecipe recipe = Recipe(settings);
        Conditioning positive = Encode(model, recipe.Prompt), negative = Encode(model, recipe.NegativePrompt);
        Latent Predict(Latent x, float timestep)
        {
            (Latent conditional, Latent unconditional) = model.UNet.PredictPair(x, timestep, positive, negative, CancellationToken.None);
            return Guidance.Combine(conditional, unconditional, recipe.GuidanceScale);
        }

        Denoiser denoise = model.Checkpoint.Diffusion.Prediction == PredictionType.Velocity
            ? Prediction.VelocityToDenoiser(Predict, model.NoiseLevels.SigmaToTimestep)
            : Prediction.EpsilonToDenoiser(Predict, model.NoiseLevels.SigmaToTimestep);
        float[] sigmas = golden.Floats("sigmas");
        long[] shape = golden.Shape("noise");
        Latent noise = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats("noise"));
        List<Latent> asked = [];
        SamplingContext context = new((_, _) => throw new InvalidOperationException("These loops draw no noise."), (_, _) => { }, CancellationToken.None)
        {
            Eta = 0,
        };
        Latent final = SamplerCatalog.Find(recipe.Sampler)!.Sample(
            (x, sigma) =>
            {
                asked.Add(x);
                return denoise(x, sigma);
            },
            noise * sigmas[0],
            sigmas,
            context);

        // A list that ends above 0 leaves that noise in the latent; the decoder gets it at unit variance.
        return (asked[1], final / MathF.Sqrt((sigmas[^1] * sigmas[^1]) + 1));
    }

    private static Conditioning Encode(LoadedModel model, string prompt) =>
        new(model.TextEncoder.Encode(model.Tokenizer.EncodeChunk(prompt), clipSkip: 1, CancellationToken.None), model.TextEncoder.Tokens, model.TextEncoder.Dimension);

    private static ImageRecipe Recipe(JsonElement settings) => new()
    {
        Prompt = settings.GetProperty("prompt").GetString()!,
        NegativePrompt = settings.GetProperty("negative_prompt").GetString()!,
        Checkpoint = "postcard",
        Width = settings.GetProperty("width").GetInt32(),
        Height = settings.GetProperty("height").GetInt32(),
        Seed = settings.GetProperty("seed").GetInt64(),
        Steps = settings.GetProperty("steps").GetInt32(),
        GuidanceScale = settings.GetProperty("guidance_scale").GetSingle(),
        Sampler = settings.GetProperty("sampler").GetString()!,
        Schedule = settings.TryGetProperty("schedule", out JsonElement schedule) ? schedule.GetString()! : "normal",
        Loras = settings.TryGetProperty("loras", out JsonElement loras)
            ? [.. loras.EnumerateArray().Select(lora => new LoraSelection(lora.GetProperty("name").GetString()!, lora.GetProperty("weight").GetSingle()))]
            : [],
    };

    private static JsonElement Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_cases, name + ".json")));
        return document.RootElement.Clone();
    }

    private static GoldenTensors Tensors(string name) => GoldenTensors.Read(Path.Combine(s_cases, name + ".safetensors"));

    private static float[] Levels(RgbImage image) => [.. image.Pixels.ToArray().Select(level => (float)level)];

    private static void Within(float[] expected, Latent actual, string what) =>
        Close.Within(expected, actual.Values, LatentTolerance * expected.Max(MathF.Abs), what);
}
