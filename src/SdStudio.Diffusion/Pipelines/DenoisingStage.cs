using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One model's part in denoising: what it reads of the prompt, and its network as a denoiser.</summary>
internal sealed class DenoisingStage : IDisposable
{
    private readonly Func<IEnumerable<string>> _embeddingPlaces;
    private readonly MaskedPicture _masked;
    private PromptCache _prompts;

    /// <param name="model">Belongs to the stage from here on.</param>
    /// <param name="embeddingPlaces">See <see cref="PipelineSettings.EmbeddingPlaces"/>.</param>
    public DenoisingStage(LoadedModel model, Func<IEnumerable<string>> embeddingPlaces)
    {
        (Model, _embeddingPlaces) = (model, embeddingPlaces);
        _prompts = new PromptCache(model, embeddingPlaces);
        _masked = new MaskedPicture(model);
    }

    public LoadedModel Model { get; }

    /// <inheritdoc cref="LoadedModel.Use"/>
    public bool Use(CheckpointParts parts)
    {
        bool readsAnew = Model.Use(parts);
        if (readsAnew)
        {
            _prompts = new PromptCache(Model, _embeddingPlaces);
        }

        return readsAnew;
    }

    /// <summary>Reads the recipe's prompts.</summary>
    /// <param name="loras">Those that are merged at this moment.</param>
    /// <returns>Runs until <paramref name="cancellationToken"/> is cancelled.</returns>
    /// <exception cref="RecipeException">A prompt is too long.</exception>
    public Denoiser Denoiser(ImageRecipe recipe, ImmutableArray<LoraSelection> loras, CancellationToken cancellationToken)
    {
        Conditioning positive = Encode(recipe.Prompt, recipe, loras, isNegative: false, cancellationToken);
        Conditioning? negative = recipe.GuidanceScale == 1 ? null : Encode(recipe.NegativePrompt, recipe, loras, isNegative: true, cancellationToken);
        Latent? masked = _masked.Empty(recipe.Width, recipe.Height, cancellationToken);
        Latent Network(Latent x, float timestep) => Predict(masked is null ? x : x.Beside(masked), timestep, positive, negative, recipe.GuidanceScale, cancellationToken);
        Func<float, float> timestepOf = ProgramCatalog.Of(recipe.Profile).TimestepOf(recipe.Sampler, Model.NoiseLevels);
        return Model.Checkpoint.Diffusion.Prediction == PredictionType.Velocity
            ? Prediction.VelocityToDenoiser(Network, timestepOf)
            : Prediction.EpsilonToDenoiser(Network, timestepOf);
    }

    public void Dispose() => Model.Dispose();

    private Conditioning Encode(string prompt, ImageRecipe recipe, ImmutableArray<LoraSelection> loras, bool isNegative, CancellationToken cancellationToken)
    {
        Conditioning conditioning = _prompts.Encode(prompt, recipe.ClipSkip, loras, cancellationToken);
        bool isNothing = isNegative && prompt.Length == 0 && Model.Checkpoint.Family.Defaults!.ZeroesEmptyNegative;
        return Model.ForSize(isNothing ? conditioning.Zeroed() : conditioning, recipe.Width, recipe.Height, isNegative);
    }

    private Latent Predict(Latent x, float timestep, Conditioning positive, Conditioning? negative, float guidanceScale, CancellationToken cancellationToken)
    {
        if (negative is null)
        {
            return Model.UNet.Predict(x, timestep, positive, cancellationToken);
        }

        (Latent conditional, Latent unconditional) = Model.UNet.PredictPair(x, timestep, positive, negative, cancellationToken);
        return Guidance.Combine(conditional, unconditional, guidanceScale);
    }
}
