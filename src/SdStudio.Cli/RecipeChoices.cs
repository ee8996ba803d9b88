using SdStudio.Diffusion;

namespace SdStudio.Cli;

/// <summary>What a command line says of a recipe; null is left to the model's card, and to the usual where the card says nothing.</summary>
internal sealed record RecipeChoices
{
    public string? NegativePrompt { get; init; }

    public int? Steps { get; init; }

    public string? Sampler { get; init; }

    public string? Schedule { get; init; }

    public float? GuidanceScale { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }

    public int ClipSkip { get; init; } = 1;

    public LoraSelection[] Loras { get; init; } = [];

    /// <summary>Name or path of the model that finishes the picture.</summary>
    public string? Refiner { get; init; }

    /// <summary>The share of the steps after which it takes over.</summary>
    public float SwitchAt { get; init; } = 0.8f;

    /// <summary>Name or path of the VAE that decodes; null: the model's own.</summary>
    public string? Vae { get; init; }

    /// <summary>Names or paths of the text encoders, in the order of the family; an empty one is the model's own.</summary>
    public string[] TextEncoders { get; init; } = [];

    public SamplerSettings SamplerSettings { get; init; } = SamplerSettings.Default;

    public NoiseSettings Noise { get; init; } = NoiseSettings.Default;

    public CompatibilityProfile Profile { get; init; }

    /// <summary>Null: as the program of <see cref="Profile"/> has it.</summary>
    public EmphasisMode? Emphasis { get; init; }

    /// <summary>The model's own setting for quick, rough pictures.</summary>
    public bool IsDraft { get; init; }
}
