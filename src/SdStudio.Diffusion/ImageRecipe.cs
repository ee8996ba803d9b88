using System.Collections.Immutable;

namespace SdStudio.Diffusion;

/// <summary>All that makes a picture. The same recipe on the same machine gives the same bytes.</summary>
public sealed record ImageRecipe
{
    public string Prompt { get; init; } = "";

    public string NegativePrompt { get; init; } = "";

    /// <summary>Name of the model in the catalogue, without folder and extension.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Pixels; a multiple of the model's <c>SizeStep</c>.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels; a multiple of the model's <c>SizeStep</c>.</summary>
    public required int Height { get; init; }

    /// <summary>Number of steps of the schedule, at least 1.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Classifier-free guidance (Ho and Salimans 2022); 1 means none, and the negative prompt has no effect.</summary>
    public float GuidanceScale { get; init; } = 7;

    /// <summary>Always a definite seed, 0 to 2^63-1: "random" is drawn before a recipe is made.</summary>
    public required long Seed { get; init; }

    /// <summary>Key in the sampler catalogue, such as <c>dpmpp_2m</c>.</summary>
    public string Sampler { get; init; } = "dpmpp_2m";

    /// <summary>Key in the schedule catalogue, such as <c>karras</c>.</summary>
    public string Schedule { get; init; } = "karras";

    /// <summary>Which text encoder layer is used, counted from the end; 1 is the last.</summary>
    public int ClipSkip { get; init; } = 1;

    public ImmutableArray<LoraSelection> Loras { get; init; } = [];

    /// <summary>The model that finishes the picture; null where one model makes all of it.</summary>
    public RefinerSelection? Refiner { get; init; }

    /// <summary>Name in the catalogue of the VAE that decodes; null: the model's own, or the one that is found for it.</summary>
    public string? Vae { get; init; }

    /// <summary>
    /// Names in the catalogue of the text encoders that read the prompt, in the order of the model's family; an empty one, and what is left
    /// out at the end, is the model's own, or the one that is found for it.
    /// </summary>
    public ImmutableArray<string> TextEncoders
    {
        get;
        init => field = [.. (value.IsDefault ? [] : value).Reverse().SkipWhile(string.IsNullOrEmpty).Reverse().Select(name => name ?? "")];
    } = [];

    /// <summary>The sampler's knobs.</summary>
    public SamplerSettings SamplerSettings { get; init; } = SamplerSettings.Default;

    /// <summary>How <see cref="Seed"/> becomes noise.</summary>
    public NoiseSettings Noise { get; init; } = NoiseSettings.Default;

    /// <summary>The program whose habits fill in what the recipe leaves open.</summary>
    public CompatibilityProfile Profile { get; init; }

    /// <summary>What the weights of a prompt do; null: as the program of <see cref="Profile"/> has it.</summary>
    public EmphasisMode? Emphasis { get; init; }

    /// <summary>What was written where <see cref="Prompt"/> and <see cref="NegativePrompt"/> are what came of it; null where they are what was written.</summary>
    public PromptTemplate? Template { get; init; }

    /// <summary>
    /// The recipe of another picture of the same batch: with the next part of one big draw, with the next variation, or, as usual, with the next seed.
    /// </summary>
    /// <param name="place">From 0, this recipe's own picture.</param>
    public ImageRecipe InBatch(int place) =>
        Noise.BatchSize > 1 ? this with { Noise = Noise with { BatchIndex = Noise.BatchIndex + place } }
        : Noise.VariationStrength > 0 ? this with { Noise = Noise with { VariationSeed = (Noise.VariationSeed + place) & long.MaxValue } }
        : this with { Seed = (Seed + place) & long.MaxValue };

    /// <summary>Two recipes are equal when they make the same picture, so LoRAs are compared one by one, and where the words came from does not matter.</summary>
    public bool Equals(ImageRecipe? other) =>
        other is not null
        && Prompt == other.Prompt && NegativePrompt == other.NegativePrompt && Checkpoint == other.Checkpoint
        && Width == other.Width && Height == other.Height && Steps == other.Steps
        && GuidanceScale.Equals(other.GuidanceScale) && Seed == other.Seed
        && Sampler == other.Sampler && Schedule == other.Schedule && ClipSkip == other.ClipSkip && Refiner == other.Refiner
        && Vae == other.Vae && TextEncoders.AsSpan().SequenceEqual(other.TextEncoders.AsSpan())
        && SamplerSettings == other.SamplerSettings && Noise == other.Noise
        && Profile == other.Profile && Emphasis == other.Emphasis
        && Loras.AsSpan().SequenceEqual(other.Loras.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Prompt, Checkpoint, Width, Height, Steps, Seed, Sampler, Schedule);
}
