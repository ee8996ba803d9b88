using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One model's part in denoising: what it reads of the prompt, and its network as a denoiser.</summary>
internal sealed class DenoisingStage : IDisposable
{
    /// <summary>Prompts that AND may join: each costs an evaluation of the network in every step.</summary>
    public const int MostBranches = 16;

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
    /// <param name="evaluations">Of the network, as prompts that change count them.</param>
    /// <param name="count">Where the picture stands.</param>
    /// <returns>Runs until <paramref name="cancellationToken"/> is cancelled.</returns>
    /// <exception cref="RecipeException">A prompt is too long, or there are too many.</exception>
    public Denoiser Denoiser(ImageRecipe recipe, ImmutableArray<LoraSelection> loras, int evaluations, EvaluationCount count, CancellationToken cancellationToken)
    {
        PromptHabits habits = PromptHabits.Of(recipe);
        ScheduledConditioning[] positives = [.. Branches(recipe, habits)
            .Select(branch => Encode(branch.Text, recipe, habits, loras, evaluations, isNegative: false, cancellationToken) with { Weight = (float)branch.Weight })];
        bool isGuided = recipe.GuidanceScale != 1 || positives is not [{ Weight: 1 }];
        ScheduledConditioning? negative = isGuided ? Encode(recipe.NegativePrompt, recipe, habits, loras, evaluations, isNegative: true, cancellationToken) : null;
        Latent? masked = _masked.Empty(recipe.Width, recipe.Height, cancellationToken);
        Latent Network(Latent x, float timestep) => Predict(masked is null ? x : x.Beside(masked), timestep, positives, negative, count.Next(), recipe.GuidanceScale, cancellationToken);
        Func<float, float> timestepOf = ProgramCatalog.Of(recipe.Profile).TimestepOf(recipe.Sampler, Model.NoiseLevels);
        return Model.Checkpoint.Diffusion.Prediction == PredictionType.Velocity
            ? Prediction.VelocityToDenoiser(Network, timestepOf)
            : Prediction.EpsilonToDenoiser(Network, timestepOf);
    }

    public void Dispose() => Model.Dispose();

    /// <summary>A1111 takes a number behind a colon for a weight even where there is one branch; here "at 12:30" is a time.</summary>
    private static IReadOnlyList<PromptBranch> Branches(ImageRecipe recipe, PromptHabits habits)
    {
        IReadOnlyList<PromptBranch> branches = habits.Syntax == PromptSyntax.WebUi && (recipe.Profile == CompatibilityProfile.A1111 || PromptBranches.AreJoined(recipe.Prompt))
            ? PromptBranches.Split(recipe.Prompt)
            : [new PromptBranch(recipe.Prompt, 1)];
        return branches.Count <= MostBranches
            ? branches
            : throw new RecipeException($"AND joins {branches.Count} prompts here, and {MostBranches} is the most. Leave some out, or write AND in small letters.");
    }

    private ScheduledConditioning Encode(
        string prompt, ImageRecipe recipe, PromptHabits habits, ImmutableArray<LoraSelection> loras, int evaluations, bool isNegative, CancellationToken cancellationToken)
    {
        PromptSchedule schedule = habits.Syntax == PromptSyntax.WebUi ? PromptSchedule.Parse(prompt, evaluations) : PromptSchedule.Of(prompt);
        Conditioning[] conditionings = _prompts.Encode(schedule, habits, recipe.ClipSkip, loras, cancellationToken);
        bool isNothing = isNegative && prompt.Length == 0 && Model.Checkpoint.Family.Defaults!.ZeroesEmptyNegative;
        return new ScheduledConditioning(
            schedule, [.. conditionings.Select(text => Model.ForSize(isNothing ? text.Zeroed() : text, recipe.Width, recipe.Height, isNegative))]);
    }

    private Latent Predict(
        Latent x, float timestep, ScheduledConditioning[] positives, ScheduledConditioning? negative, int evaluation, float guidanceScale, CancellationToken cancellationToken)
    {
        Conditioning first = positives[0].At(evaluation);
        if (negative is null)
        {
            return Model.UNet.Predict(x, timestep, first, cancellationToken);
        }

        (Latent conditional, Latent unconditional) = Model.UNet.PredictPair(x, timestep, first, negative.At(evaluation), cancellationToken);
        Latent guided = Guidance.Combine(conditional, unconditional, guidanceScale * positives[0].Weight);
        foreach (ScheduledConditioning branch in positives.Skip(1))
        {
            Latent other = Model.UNet.Predict(x, timestep, branch.At(evaluation), cancellationToken);
            guided += (other - unconditional) * (guidanceScale * branch.Weight);
        }

        return guided;
    }
}
