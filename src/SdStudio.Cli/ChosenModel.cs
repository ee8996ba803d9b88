using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>The model and the LoRAs that a command names, found, and the recipe that follows from them and from its choices.</summary>
internal sealed class ChosenModel
{
    private readonly StudioFolders _folders;
    private readonly Dictionary<string, string> _loraPaths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _textEncoderPaths = new(StringComparer.Ordinal);
    private readonly string? _refinerPath;
    private readonly string? _vaePath;
    private readonly ImageRecipe _recipe;

    /// <param name="nameOrPath">Of the model.</param>
    /// <exception cref="ModelNotFoundException">The model or a LoRA is not there.</exception>
    /// <exception cref="DiffusionException">The model cannot be read.</exception>
    public ChosenModel(StudioFolders folders, string nameOrPath, RecipeChoices choices)
    {
        _folders = folders;
        (string name, Path) = folders.Locate(ModelKind.Checkpoint, nameOrPath);
        Card = ModelIntroduction.Read(Path);
        int native;
        RecipeSuggestion? ofKind;
        using (Checkpoint checkpoint = Checkpoint.Open(Path))
        {
            native = checkpoint.NativeSize;
            ofKind = RecipeSuggestion.Of(checkpoint.Advice);
        }

        string? refiner = null;
        if (choices.Refiner is not null)
        {
            (refiner, _refinerPath) = folders.Locate(ModelKind.Checkpoint, choices.Refiner);
        }

        string? vae = null;
        if (choices.Vae is not null)
        {
            (vae, _vaePath) = folders.Locate(ModelKind.Vae, choices.Vae);
        }

        RecipeSuggestion usual = Card?.Defaults ?? ofKind ?? new RecipeSuggestion();
        DraftSuggestion? draft = choices.IsDraft
            ? Card?.Draft ?? throw new ModelNotFoundException($"{name} brings no setting for drafts. Leave out --draft, or use --lora and --steps.")
            : null;
        string sampler = choices.Sampler ?? draft?.Sampler ?? usual.Sampler ?? "dpmpp_2m";
        string schedule = choices.Schedule
            ?? (choices.Sampler is null ? draft?.Schedule ?? usual.Schedule : null)
            ?? SamplerCatalog.Find(sampler)!.DefaultSchedule;
        _recipe = new ImageRecipe
        {
            NegativePrompt = choices.NegativePrompt ?? usual.NegativePrompt ?? "",
            Checkpoint = name,
            Width = choices.Width ?? usual.Width ?? native,
            Height = choices.Height ?? usual.Height ?? native,
            Steps = choices.Steps ?? draft?.Steps ?? usual.Steps ?? 20,
            GuidanceScale = choices.GuidanceScale ?? draft?.GuidanceScale ?? usual.GuidanceScale ?? 7,
            Seed = 0,
            Sampler = sampler,
            Schedule = schedule,
            ClipSkip = choices.ClipSkip,
            SamplerSettings = choices.SamplerSettings,
            Noise = choices.Noise,
            Profile = choices.Profile,
            Emphasis = choices.Emphasis,
            Refiner = refiner is null ? null : new RefinerSelection(refiner, choices.SwitchAt),
            Vae = vae,
            TextEncoders = [.. choices.TextEncoders.Select(LocatedTextEncoder)],
            Loras = draft is null ? [.. choices.Loras.Select(Located)] : [.. choices.Loras.Select(Located), Located(draft)],
        };
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>What the model says of itself; null for most.</summary>
    public ModelIntroduction? Card { get; }

    public ImageRecipe RecipeFor(string prompt, long seed) => _recipe with { Prompt = prompt, Seed = seed };

    /// <summary>To be used and disposed on one thread.</summary>
    public StableDiffusionPipeline Load(InferenceDevice device) => StableDiffusionPipeline.Load(Path, Settings, device, _recipe);

    /// <summary>Short hashes of the model and of each LoRA, as pictures carry them; what cannot be read is left out. A large file takes seconds.</summary>
    public async Task<(string? Model, Dictionary<string, string> Loras)> HashAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> loras = new(StringComparer.Ordinal);
        foreach ((string name, string path) in _loraPaths)
        {
            if (await ModelCatalog.HashAsync(ModelKind.Lora, path, cancellationToken) is { } hash)
            {
                loras[name] = hash;
            }
        }

        return (await ModelCatalog.HashAsync(ModelKind.Checkpoint, Path, cancellationToken), loras);
    }

    private PipelineSettings Settings => new(_folders.Places, _loraPaths.GetValueOrDefault)
    {
        FindModel = _ => _refinerPath,
        FindVae = _ => _vaePath,
        FindTextEncoder = _textEncoderPaths.GetValueOrDefault,
    };

    private string LocatedTextEncoder(string nameOrPath)
    {
        if (nameOrPath.Length == 0)
        {
            return "";
        }

        (string name, string path) = _folders.Locate(ModelKind.TextEncoder, nameOrPath);
        _textEncoderPaths[name] = path;
        return name;
    }

    private LoraSelection Located(LoraSelection lora)
    {
        (string name, string path) = _folders.Locate(ModelKind.Lora, lora.Name);
        _loraPaths[name] = path;
        return lora with { Name = name };
    }

    private LoraSelection Located(DraftSuggestion draft)
    {
        string path = System.IO.Path.Combine(Path, "loras", draft.Lora + ".safetensors");
        if (!File.Exists(path))
        {
            throw new ModelNotFoundException($"The LoRA for drafts is not at {path}. Leave out --draft, or download the model again.");
        }

        _loraPaths[draft.Lora] = path;
        return new LoraSelection(draft.Lora, draft.Weight);
    }
}
