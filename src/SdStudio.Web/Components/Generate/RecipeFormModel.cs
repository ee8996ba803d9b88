using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>The recipe while it is being written: everything may be wrong for a moment.</summary>
public sealed class RecipeFormModel
{
    public const float MostGuidance = 30;
    public const float MostLoraWeight = 4;

    /// <summary>In one picture. Beside each other they are added up, so no network grows; an address has to carry them.</summary>
    public const int MostLoras = 200;

    [Required(ErrorMessage = "Write what you would like to see.")]
    public string Prompt { get; set; } = "";

    public string NegativePrompt { get; set; } = "";

    /// <summary>Name in the catalogue; empty until a model is known.</summary>
    [Required(ErrorMessage = "Choose a model.")]
    public string Model { get; set; } = "";

    /// <summary>Pixels.</summary>
    public int Width { get; set; } = 512;

    /// <summary>Pixels.</summary>
    public int Height { get; set; } = 512;

    public int Steps { get; set; } = 20;

    [Range(1d, MostGuidance, ErrorMessage = "Between {1} and {2}.")]
    public float GuidanceScale { get; set; } = 7;

    /// <summary>Key in the sampler catalogue.</summary>
    public string Sampler { get; set; } = "dpmpp_2m";

    /// <summary>Key in the schedule catalogue.</summary>
    public string Schedule { get; set; } = "karras";

    /// <summary>Null draws one for each picture.</summary>
    [Range(0, long.MaxValue, ErrorMessage = "A whole number from 0 up.")]
    public long? Seed { get; set; }

    public int Pictures { get; set; } = 1;

    [Range(1, 12, ErrorMessage = "Between {1} and {2}.")]
    public int ClipSkip { get; set; } = 1;

    /// <summary>The LoRAs that were added beside the prompt; the prompt may name more.</summary>
    public List<LoraSelection> Loras { get; } = [];

    /// <summary>Names of the styles that are merged into the words, in this order.</summary>
    public List<string> Styles { get; } = [];

    /// <summary>The LoRAs of the picture: those that were added, then those that the prompt names. One that is both has the strength of the prompt.</summary>
    public IReadOnlyList<LoraSelection> AllLoras
    {
        get
        {
            ImmutableArray<LoraSelection> named = PromptLoras.Take(Prompt).Loras;
            return named.IsEmpty ? Loras : [.. Loras.Where(lora => named.All(other => other.Name != lora.Name)), .. named];
        }
    }

    /// <summary>What to say where there are more than can be kept; null otherwise.</summary>
    public string? TooManyLoras => AllLoras.Count is > MostLoras and var count ? string.Create(CultureInfo.InvariantCulture, $"A picture takes at most {MostLoras} LoRAs, and these are {count}. Take some away.") : null;

    /// <summary>The model that takes the last steps; null for none.</summary>
    public RefinerSelection? Refiner { get; set; }

    /// <summary>Name in the catalogue of the VAE that decodes; null leaves it to the model.</summary>
    public string? Vae { get; set; }

    /// <summary>Names in the catalogue of the text encoders, in the order of the family; an empty one is left to the model.</summary>
    public ImmutableArray<string> TextEncoders { get; set; } = [];

    /// <summary>The sampler's knobs. They come with a recipe; the form keeps them.</summary>
    public SamplerSettings SamplerSettings { get; set; } = SamplerSettings.Default;

    /// <summary>How the seed becomes noise.</summary>
    public NoiseSettings Noise { get; set; } = NoiseSettings.Default;

    /// <summary>The program whose habits are followed.</summary>
    public CompatibilityProfile Profile { get; set; }

    /// <summary>What the weights of words do; null leaves it to the program of <see cref="Profile"/>.</summary>
    public EmphasisMode? Emphasis { get; set; }

    /// <summary>Whether several pictures share one seed and one draw of noise, as in ComfyUI, instead of a seed for each.</summary>
    public bool IsOneDraw { get; set; }

    /// <summary>What <see cref="Draft.TurnOff"/> gives back; null when drafts are off, or were on before this page was opened.</summary>
    public StepSettings? BeforeDraft { get; set; }

    /// <summary>All that keeps this from being made, by field.</summary>
    /// <param name="model">The chosen one; null when it is not here.</param>
    /// <param name="studio">What the settings allow.</param>
    public FieldMessages Validate(ModelFile? model, RecipeLimits studio)
    {
        ArgumentNullException.ThrowIfNull(studio);
        var messages = new FieldMessages();
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        foreach (ValidationResult result in results)
        {
            messages.Add(result.MemberNames.First(), result.ErrorMessage!);
        }

        if (Model.Length > 0)
        {
            messages.Add(nameof(Model), model is null ? $"There is no model named {Model} here. Choose another." : model.Problem ?? MissingWords.Of(model, this));
        }

        messages.Add(nameof(Loras), TooManyLoras);

        messages.Add(nameof(Sampler), SamplerCatalog.Find(Sampler) is null ? "Choose a sampler." : null);
        messages.Add(nameof(Schedule), Schedules.Find(Schedule) is null ? "Choose a schedule." : null);

        string? TooLong(string words) => words.Trim().Length > studio.MaxPromptLength ? string.Create(CultureInfo.InvariantCulture, $"At most {studio.MaxPromptLength} characters.") : null;
        messages.Add(nameof(Prompt), TooLong(Prompt));
        messages.Add(nameof(NegativePrompt), TooLong(NegativePrompt));
        messages.Add(nameof(Steps), Steps < 1 || Steps > studio.MaxSteps ? string.Create(CultureInfo.InvariantCulture, $"Between 1 and {studio.MaxSteps} steps.") : null);
        messages.Add(nameof(Pictures), Pictures < 1 || Pictures > studio.MaxPictures ? string.Create(CultureInfo.InvariantCulture, $"Between 1 and {studio.MaxPictures} pictures at once.") : null);

        SizeLimits limits = SizeLimits.Of(model, studio);
        (string? width, string? height) = (limits.ProblemOf(Width), limits.ProblemOf(Height));
        messages.Add(nameof(Width), width);
        messages.Add(nameof(Height), height ?? (width is null ? limits.ProblemOf(Width, Height) : null));
        return messages;
    }

    /// <summary>Adds a LoRA or changes its strength, there where it stands: in the prompt, when the prompt names it.</summary>
    public void SetLora(LoraSelection lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        int place = Loras.FindIndex(other => other.Name == lora.Name);
        if (PromptLoras.Take(Prompt).Loras.Any(other => other.Name == lora.Name))
        {
            Prompt = PromptLoras.Change(Prompt, lora);
        }
        else if (place >= 0)
        {
            Loras[place] = lora;
        }
        else
        {
            Loras.Add(lora);
        }
    }

    /// <summary>Takes a LoRA out of the list and the prompt.</summary>
    public void RemoveLora(string name)
    {
        Loras.RemoveAll(lora => lora.Name == name);
        Prompt = PromptLoras.Remove(Prompt, name);
    }

    /// <summary>Another model: what was left at the old model's defaults moves to the new one's, and the shape stays.</summary>
    public void Choose(ModelFile model, ModelFile? previous)
    {
        ArgumentNullException.ThrowIfNull(model);

        (RecipeDefaults before, RecipeDefaults after) = (RecipeDefaults.For(previous), RecipeDefaults.For(model));
        Steps = Steps == before.Steps ? after.Steps : Steps;
        GuidanceScale = GuidanceScale == before.GuidanceScale ? after.GuidanceScale : GuidanceScale;
        (Sampler, Schedule) = (Sampler, Schedule) == (before.Sampler, before.Schedule) ? (after.Sampler, after.Schedule) : (Sampler, Schedule);
        NegativePrompt = NegativePrompt == before.NegativePrompt ? after.NegativePrompt : NegativePrompt;
        Prompt = after.Prompt.Length > 0 && (Prompt.Length == 0 || Prompt == before.Prompt) ? after.Prompt : Prompt;

        SizeLimits limits = SizeLimits.Of(model);
        bool isUntouched = (Width, Height) == (before.Width, before.Height);
        string? shape = Ratio.For(SizeLimits.Of(previous)).FirstOrDefault(ratio => ratio.Width == Width && ratio.Height == Height)?.Label;
        Ratio? same = Ratio.For(limits).FirstOrDefault(ratio => ratio.Label == shape);
        if (same is not null && !isUntouched)
        {
            (Width, Height) = (same.Width, same.Height);
        }
        else if (isUntouched || (limits.ProblemOf(Width) ?? limits.ProblemOf(Height) ?? limits.ProblemOf(Width, Height)) is not null)
        {
            (Width, Height) = (after.Width, after.Height);
        }

        // Another family's latents and text encoders are others, so what went with the old model cannot go with this one.
        if (model.Family != previous?.Family)
        {
            (Refiner, Vae, TextEncoders) = (null, null, []);
        }
        else if (previous is { Missing: not MissingParts.None } && model.Missing == MissingParts.None)
        {
            // Chosen because the old one had none.
            (Vae, TextEncoders) = (null, []);
        }

        Model = model.Name;
    }

    /// <summary>Takes up a model of any kind where its kind belongs: a checkpoint as the model, a LoRA or VAE beside it, an embedding as a word of the prompt.</summary>
    /// <param name="current">The checkpoint that is chosen now.</param>
    /// <param name="word">One of its trigger words, for the prompt; null for none.</param>
    public void Use(ModelFile model, ModelFile? current, string? word = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        switch (model.Kind)
        {
            case ModelKind.Checkpoint when model.Name != Model:
                Choose(model, current);
                break;
            case ModelKind.Lora when AllLoras.All(lora => lora.Name != model.Name):
                SetLora(new LoraSelection(model.Name, RecipeDefaults.WeightOf(model)));
                break;
            case ModelKind.Vae:
                Vae = model.Name;
                break;
            case ModelKind.Embedding:
                AddWords(Path.GetFileNameWithoutExtension(model.Path));
                break;
        }

        if (word is not null)
        {
            AddWords(word);
        }
    }

    /// <summary>Adds words at the end of the prompt, unless they stand in it.</summary>
    public void AddWords(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (!Prompt.Contains(words, StringComparison.OrdinalIgnoreCase))
        {
            string before = Prompt.TrimEnd().TrimEnd(',');
            Prompt = before.Length == 0 ? words : $"{before}, {words}";
        }
    }

    /// <summary>As a model's page opens: its defaults, the words as well.</summary>
    public RecipeFormModel Begin(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RecipeDefaults.For(model).ApplyTo(this, model.Name);
        return this;
    }

    /// <summary>What of this can be remembered for a model.</summary>
    public RecipeSuggestion ToSettings() => new()
    {
        Steps = Steps,
        GuidanceScale = GuidanceScale,
        Sampler = Sampler,
        Schedule = Schedule,
        Width = Width,
        Height = Height,
        NegativePrompt = NegativePrompt.Trim(),
    };

    /// <summary>Takes over a whole recipe, as Remix does.</summary>
    /// <param name="keepSeed">Otherwise the next picture gets a seed of its own.</param>
    public void Take(ImageRecipe recipe, bool keepSeed)
    {
        ArgumentNullException.ThrowIfNull(recipe);

        (Prompt, NegativePrompt) = recipe.Template is { } template && !keepSeed ? (template.Prompt, template.NegativePrompt) : (recipe.Prompt, recipe.NegativePrompt);
        Model = recipe.Checkpoint;
        (Width, Height, Steps, GuidanceScale) = (recipe.Width, recipe.Height, recipe.Steps, recipe.GuidanceScale);
        (Sampler, Schedule, ClipSkip) = (recipe.Sampler, recipe.Schedule, recipe.ClipSkip);
        Seed = keepSeed ? recipe.Seed : null;
        BeforeDraft = null;
        // The words have them merged in already; the template does not say which they were.
        Styles.Clear();
        Loras.Clear();
        Loras.AddRange(recipe.Loras);
        (Refiner, Vae, TextEncoders) = (recipe.Refiner, recipe.Vae, recipe.TextEncoders);
        (SamplerSettings, Noise, IsOneDraw) = (recipe.SamplerSettings, recipe.Noise, false);
        (Profile, Emphasis) = (recipe.Profile, recipe.Emphasis);
    }

    /// <param name="drawnSeed">Used when the form leaves the seed to chance.</param>
    public ImageRecipe ToRecipe(long drawnSeed) => PromptLoras.Apply(ToWritten(drawnSeed));

    /// <summary>The recipe with its words as they stand in the form: choices, wildcards and LoRA tags are still in them.</summary>
    /// <inheritdoc cref="ToRecipe" path="/param"/>
    public ImageRecipe ToWritten(long drawnSeed) => new()
    {
        Prompt = Prompt.Trim(),
        NegativePrompt = NegativePrompt.Trim(),
        Checkpoint = Model,
        Width = Width,
        Height = Height,
        Steps = Steps,
        GuidanceScale = GuidanceScale,
        Seed = Seed ?? drawnSeed,
        Sampler = Sampler,
        Schedule = Schedule,
        ClipSkip = ClipSkip,
        Loras = [.. Loras],
        Refiner = Refiner,
        Vae = Vae,
        TextEncoders = TextEncoders,
        SamplerSettings = SamplerSettings,
        Noise = IsOneDraw && Pictures > 1 ? Noise with { BatchSize = Pictures, BatchIndex = 0 } : Noise,
        Profile = Profile,
        Emphasis = Emphasis,
    };
}
