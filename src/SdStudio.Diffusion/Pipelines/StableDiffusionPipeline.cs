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
    private readonly PipelineSettings _settings;
    private readonly LoraSwitch _loras;
    private readonly DenoisingStage _first;
    private readonly Refiner _refiner;
    private readonly SharpPreview? _sharpPreview;

    private StableDiffusionPipeline(LoadedModel model, PipelineSettings settings, InferenceDevice device)
    {
        (_model, _settings) = (model, settings);
        _loras = new LoraSwitch(model, settings.FindLora);
        _first = new DenoisingStage(model, settings.EmbeddingPlaces);
        _refiner = new Refiner(model, settings, device);
        Preview = model.Checkpoint.Preview ?? model.Checkpoint.Family.Defaults!.Preview;
        _sharpPreview = TinyDecoderFile.Find(model.Checkpoint, settings.ModelRoots) is { } decoder ? new SharpPreview(decoder, device) : null;
    }

    public LatentPreview Preview { get; }

    public ISharpPreview? SharpPreview => _sharpPreview;

    /// <param name="path">A <c>.safetensors</c> file or a folder in diffusers layout.</param>
    /// <param name="settings">Folders, and where what recipes name lies.</param>
    /// <param name="device">Runs the networks; outlives the pipeline.</param>
    /// <param name="recipe">The first to be made: what it chooses is loaded at once. It matters for a model that is not whole without.</param>
    /// <param name="loaded">Told the share of the weights that is read, 0 to 1, on any thread.</param>
    /// <exception cref="DiffusionException">The model cannot be loaded; the message says why.</exception>
    public static StableDiffusionPipeline Load(string path, PipelineSettings settings, InferenceDevice device, ImageRecipe? recipe = null, IProgress<double>? loaded = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new StableDiffusionPipeline(LoadedModel.Load(path, settings.PartsFor(recipe), device, loaded: loaded), settings, device);
    }

    /// <summary>Whether a model can be loaded, as far as its files tell without their weights being read.</summary>
    /// <param name="recipe">As for <see cref="Load"/>.</param>
    /// <exception cref="DiffusionException">It cannot; the message says why.</exception>
    public static void Prove(string path, PipelineSettings settings, ImageRecipe? recipe = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        LoadedModel.Prove(path, settings.PartsFor(recipe));
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
        RequireNumbers(recipe);
        progress.Report(new StepProgress(GenerationStage.EncodingPrompt, 0, recipe.Steps));
        UseParts(recipe);
        RequireSize(recipe);
        RequireLayer(recipe);

        _loras.Select(recipe.Loras, cancellationToken);
        int evaluations = recipe.Steps * sampler.PromptStepsPerStep;
        EvaluationCount count = new();
        Denoiser denoise = _first.Denoiser(recipe, recipe.Loras, evaluations, count, cancellationToken);
        Denoiser? refine = recipe.Refiner is { SwitchAt: < 1 } refiner ? _refiner.For(refiner).Denoiser(recipe, [], evaluations, count, cancellationToken) : null;

        Latent latent = Denoise(recipe, sampler, schedule, denoise, refine, progress, cancellationToken);

        progress.Report(new StepProgress(GenerationStage.Decoding, recipe.Steps, recipe.Steps));
        return Decode(latent, cancellationToken);
    }

    public void Dispose()
    {
        _sharpPreview?.Dispose();
        _loras.Dispose();
        _refiner.Dispose();
        _first.Dispose();
    }

    private void UseParts(ImageRecipe recipe)
    {
        if (_first.Use(_settings.PartsFor(recipe)))
        {
            _loras.Forget();
        }
    }

    /// <param name="refine">Takes over at the recipe's switch point; null leaves all steps to <paramref name="denoise"/>.</param>
    private Latent Denoise(
        ImageRecipe recipe,
        SamplerChoice sampler,
        Schedule schedule,
        Denoiser denoise,
        Denoiser? refine,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken)
    {
        int factor = _model.VaeOrigin.VaeLayout.Factor;
        ImageNoise noise = new(recipe.Seed, recipe.Noise, factor);
        Latent initial = noise.Next(_model.UNet.OutChannels, recipe.Height / factor, recipe.Width / factor);
        ProgramHabits habits = ProgramCatalog.Of(recipe.Profile);
        float[] sigmas = sampler.Sigmas(schedule, _model.NoiseLevels, recipe.Steps, habits);
        int last = sigmas.Length - 1;
        progress.Report(new StepProgress(GenerationStage.Denoising, 0, last, initial));

        Func<float, float, Latent> stepNoise = sampler.NoiseFor(recipe.Seed, noise, initial, sigmas, recipe.Noise);
        int shift = refine is null ? last : Math.Clamp((int)MathF.Round(recipe.Refiner!.SwitchAt * last), 0, last);

        // The latent at the switch point is clean latent plus noise of that sigma, from where any sampler can go on.
        Latent latent = initial * habits.StartScale(sampler.Key, schedule.Key, sigmas[0], _model.NoiseLevels);
        latent = shift > 0 ? sampler.Sample(denoise, latent, sigmas.AsSpan(0, shift + 1), Context(0)) : latent;
        latent = shift < last ? sampler.Sample(refine!, latent, sigmas.AsSpan(shift), Context(shift)) : latent;
        return latent * habits.EndScale(sampler.Key, sigmas[^1]);

        SamplingContext Context(int before) => sampler.Context(
            recipe.SamplerSettings,
            _model.NoiseLevels,
            stepNoise,
            (step, denoised) => progress.Report(new StepProgress(GenerationStage.Denoising, before + step + 1, last, denoised)),
            cancellationToken,
            habits);
    }

    private RgbImage Decode(Latent latent, CancellationToken cancellationToken)
    {
        Latent z = latent / _model.VaeOrigin.VaeSettings.ScalingFactor;
        float[] planes = _model.VaeDecoder.Decode(z, cancellationToken);
        int scale = _model.VaeDecoder.Scale;
        return PlanarImage.ToRgb(planes, z.Width * scale, z.Height * scale);
    }

    private void RequireSize(ImageRecipe recipe)
    {
        int step = _model.VaeOrigin.SizeStep;
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

        if (recipe.Refiner is { } refiner && !(refiner.SwitchAt is >= 0 and <= 1))
        {
            throw new RecipeException("The refiner takes over after a share of the steps between 0 and 1. Use a value such as 0.8.");
        }

        if (recipe.SamplerSettings.WhyNot() is { } reason)
        {
            throw new RecipeException(reason);
        }

        if (recipe.Noise.WhyNot(recipe.Seed) is { } noiseReason)
        {
            throw new RecipeException(noiseReason);
        }
    }
}
