using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// Text to picture with a latent diffusion model (Rombach et al. 2022, arXiv:2112.10752):
/// prompt to conditioning, seed to noise, noise to latent along the schedule, latent to pixels.
/// </summary>
public sealed class StableDiffusionPipeline : IImagePipeline
{
    /// <summary>As many as a model has training timesteps; more change nothing.</summary>
    private const int MostSteps = 1000;

    /// <summary>Pixels of a side.</summary>
    private const int LargestSide = 16384;

    private readonly LoadedModel _model;
    private readonly LoraSwitch _loras;
    private readonly PromptCache _prompts;

    private StableDiffusionPipeline(LoadedModel model, PipelineSettings settings)
    {
        _model = model;
        _loras = new LoraSwitch(model, settings.FindLora);
        _prompts = new PromptCache(model, settings.EmbeddingFolders);
        Preview = model.Checkpoint.Preview ?? model.Checkpoint.Family.Defaults!.Preview;
    }

    public LatentPreview Preview { get; }

    /// <param name="path">A <c>.safetensors</c> file or a folder in diffusers layout.</param>
    /// <param name="settings">Device, folders and LoRAs.</param>
    /// <param name="device">Runs the networks; outlives the pipeline.</param>
    /// <exception cref="DiffusionException">The model cannot be loaded; the message says why.</exception>
    public static StableDiffusionPipeline Load(string path, PipelineSettings settings, InferenceDevice device)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new StableDiffusionPipeline(LoadedModel.Load(path, settings.ModelRoots, device), settings);
    }

    public RgbImage Generate(ImageRecipe recipe, IProgress<StepProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(progress);
        recipe = PromptLoras.Apply(recipe);
        SamplerChoice sampler = SamplerCatalog.Find(recipe.Sampler)
            ?? throw new RecipeException($"There is no sampler \"{recipe.Sampler}\". Choose one of: {string.Join(", ", SamplerCatalog.All.Select(row => row.Key))}.");
        Schedule schedule = Schedules.Find(recipe.Schedule)
            ?? throw new RecipeException($"There is no schedule \"{recipe.Schedule}\". Choose one of: {string.Join(", ", Schedules.All.Select(row => row.Key))}.");
        RequireSize(recipe);
        RequireLayer(recipe);
        RequireNumbers(recipe);

        progress.Report(new StepProgress(GenerationStage.EncodingPrompt, 0, recipe.Steps));
        _loras.Select(recipe.Loras, cancellationToken);
        bool guided = recipe.GuidanceScale != 1;
        Conditioning positive = Encode(recipe.Prompt, recipe, cancellationToken);
        Conditioning? negative = guided ? Encode(recipe.NegativePrompt, recipe, cancellationToken, isNegative: true) : null;

        Latent latent = Denoise(recipe, sampler, schedule, positive, negative, progress, cancellationToken);

        progress.Report(new StepProgress(GenerationStage.Decoding, recipe.Steps, recipe.Steps));
        return Decode(latent, cancellationToken);
    }

    public void Dispose()
    {
        _loras.Dispose();
        _model.Dispose();
    }

    private Conditioning Encode(string prompt, ImageRecipe recipe, CancellationToken cancellationToken, bool isNegative = false)
    {
        Conditioning conditioning = _prompts.Encode(prompt, recipe.ClipSkip, recipe.Loras, cancellationToken);
        bool isNothing = isNegative && prompt.Length == 0 && _model.Checkpoint.Family.Defaults!.ZeroesEmptyNegative;
        return _model.ForSize(isNothing ? conditioning.Zeroed() : conditioning, recipe.Width, recipe.Height);
    }

    private Latent Denoise(
        ImageRecipe recipe,
        SamplerChoice sampler,
        Schedule schedule,
        Conditioning positive,
        Conditioning? negative,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken)
    {
        int factor = _model.Checkpoint.VaeLayout.Factor;
        MersenneNoise noise = new(recipe.Seed);
        Latent initial = noise.Next(_model.UNet.InChannels, recipe.Height / factor, recipe.Width / factor);
        progress.Report(new StepProgress(GenerationStage.Denoising, 0, recipe.Steps, initial));

        float[] sigmas = schedule.Make(_model.NoiseLevels, recipe.Steps);
        SamplingContext context = new(
            sampler.NoiseFor(recipe.Seed, noise, initial, sigmas),
            (step, denoised) => progress.Report(new StepProgress(GenerationStage.Denoising, step + 1, recipe.Steps, denoised)),
            cancellationToken)
        {
            Eta = sampler.DefaultEta,
        };
        Latent Network(Latent x, float timestep) => Predict(x, timestep, positive, negative, recipe.GuidanceScale, cancellationToken);
        Denoiser denoise = _model.Checkpoint.Diffusion.Prediction == PredictionType.Velocity
            ? Prediction.VelocityToDenoiser(Network, _model.NoiseLevels.SigmaToTimestep)
            : Prediction.EpsilonToDenoiser(Network, _model.NoiseLevels.SigmaToTimestep);
        return sampler.Sample(denoise, initial * sigmas[0], sigmas, context);
    }

    private Latent Predict(Latent x, float timestep, Conditioning positive, Conditioning? negative, float guidanceScale, CancellationToken cancellationToken)
    {
        if (negative is null)
        {
            return _model.UNet.Predict(x, timestep, positive, cancellationToken);
        }

        (Latent conditional, Latent unconditional) = _model.UNet.PredictPair(x, timestep, positive, negative, cancellationToken);
        return Guidance.Combine(conditional, unconditional, guidanceScale);
    }

    private RgbImage Decode(Latent latent, CancellationToken cancellationToken)
    {
        Latent z = latent / _model.Checkpoint.VaeSettings.ScalingFactor;
        float[] planes = _model.VaeDecoder.Decode(z, cancellationToken);
        int scale = _model.VaeDecoder.Scale;
        return PlanarImage.ToRgb(planes, z.Width * scale, z.Height * scale);
    }

    private void RequireSize(ImageRecipe recipe)
    {
        int step = _model.Checkpoint.SizeStep;
        if (recipe.Width < step || recipe.Height < step || recipe.Width % step != 0 || recipe.Height % step != 0)
        {
            throw new RecipeException($"This model draws sizes that are multiples of {step}; {recipe.Width} × {recipe.Height} is not. Use {Nearest(recipe.Width)} × {Nearest(recipe.Height)}.");
        }

        if (recipe.Width > LargestSide || recipe.Height > LargestSide)
        {
            throw new RecipeException($"{recipe.Width} × {recipe.Height} is too large: a side has at most {LargestSide} pixels.");
        }

        _model.RequireMemoryFor(recipe.Width, recipe.Height);

        int Nearest(int side) => (int)Math.Clamp((side + step / 2L) / step * step, step, LargestSide);
    }

    private void RequireLayer(ImageRecipe recipe)
    {
        int layers = _model.Readers.Min(reader => reader.Encoder.Layers + reader.Settings.AbsentLayers);
        if (recipe.ClipSkip < 1 || recipe.ClipSkip > layers)
        {
            throw new RecipeException($"This model's text encoder has {layers} layers; clip skip {recipe.ClipSkip} is not among them. Use 1 or 2.");
        }
    }

    private static void RequireNumbers(ImageRecipe recipe)
    {
        if (recipe.Steps is < 1 or > MostSteps)
        {
            throw new RecipeException($"A picture takes 1 to {MostSteps} steps, not {recipe.Steps}.");
        }

        if (recipe.Seed < 0)
        {
            throw new RecipeException("A seed is 0 or more.");
        }

        if (!float.IsFinite(recipe.GuidanceScale))
        {
            throw new RecipeException("The guidance scale is not a number. Use a value such as 7.");
        }
    }
}
