using System.Collections.Immutable;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>A recipe while a reader puts it together: what was found, what it became, and what had to stay behind.</summary>
/// <param name="program">For people.</param>
internal sealed class RecipeDraft(string program, CompatibilityProfile profile)
{
    private const int LongestSide = 16384;
    private const int MostNotes = 40;
    private const int MostModels = 128;
    private const int LongestName = 300;

    private static readonly string[] s_extensions = [".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf"];

    private readonly List<ReadModel> _models = [];
    private readonly List<ReadMapping> _mapped = [];
    private readonly List<string> _leftOut = [];
    private readonly List<LoraSelection> _loras = [];
    private string? _sampler;
    private string? _schedule;

    public string Program { get; set; } = program;

    public CompatibilityProfile Profile { get; set; } = profile;

    public string Prompt { get; set; } = "";

    public string NegativePrompt { get; set; } = "";

    public long? Seed { get; set; }

    public long? Steps { get; set; }

    public float? Guidance { get; set; }

    public long? Width { get; set; }

    public long? Height { get; set; }

    public long? ClipSkip { get; set; }

    public EmphasisMode? Emphasis { get; set; }

    public PromptTemplate? Template { get; set; }

    public RefinerSelection? Refiner { get; set; }

    public SamplerSettings SamplerSettings { get; set; } = SamplerSettings.Default;

    public NoiseSettings Noise { get; set; } = NoiseSettings.Default;

    /// <summary>A sentence about what cannot be taken over.</summary>
    public void LeaveOut(string sentence)
    {
        if (_leftOut.Count < MostNotes && !_leftOut.Contains(sentence))
        {
            _leftOut.Add(sentence);
        }
    }

    public void Map(string field, string theirs, string ours) => _mapped.Add(new ReadMapping(field, Short(theirs), ours));

    /// <param name="sampler">As the program calls it; null where it says none.</param>
    /// <param name="schedule">As the program calls it; null where it says none, or says it in the sampler's name.</param>
    /// <param name="usual">Key of the schedule where nothing says one; null: the sampler's own.</param>
    public void Sample(string? sampler, string? schedule, string? usual)
    {
        (string? key, string? implied) = SamplerNames.Find(sampler);
        string? scheduleKey = SamplerNames.FindSchedule(schedule) ?? implied;
        _sampler = key ?? "euler";
        _schedule = scheduleKey ?? usual ?? SamplerCatalog.Find(_sampler)?.DefaultSchedule ?? "normal";
        string theirs = string.Join(", ", new[] { sampler, schedule }.Where(word => !string.IsNullOrWhiteSpace(word)).Select(word => word!.Trim()));
        string ours = SamplerNames.Label(_sampler, _schedule);
        if (key is null && !string.IsNullOrWhiteSpace(sampler))
        {
            LeaveOut($"The sampler {Short(sampler)} is not known here; Euler takes its place.");
        }

        if (scheduleKey is null && !string.IsNullOrWhiteSpace(schedule) && !schedule.Trim().Equals("Automatic", StringComparison.OrdinalIgnoreCase))
        {
            LeaveOut($"The schedule {Short(schedule)} is not known here; {FieldNames.ScheduleLabel(_schedule)} takes its place.");
        }

        if (theirs.Length > 0 && !theirs.Equals(ours, StringComparison.OrdinalIgnoreCase))
        {
            Map("Sampler", theirs, ours);
        }
    }

    /// <summary>Another schedule than the one found, by its key.</summary>
    public void Schedule(string key) => _schedule = key;

    /// <summary>Of the checkpoint, the VAE, an embedding: named once, whatever says it.</summary>
    /// <returns>The name by which the recipe knows it.</returns>
    public string Model(ModelKind kind, string? name, string? hash = null, long? civitaiVersion = null)
    {
        string plain = PlainName(name);
        string? digits = string.IsNullOrWhiteSpace(hash) ? null : Short(hash.Trim());
        int known = _models.FindIndex(model => model.Kind == kind && (kind is ModelKind.Checkpoint && _models.Count(other => other.Kind == kind) == 1 && plain.Length == 0 || model.Name.Equals(plain, StringComparison.OrdinalIgnoreCase)));
        if (known >= 0)
        {
            _models[known] = _models[known] with { Hash = _models[known].Hash ?? digits, CivitaiVersion = _models[known].CivitaiVersion ?? civitaiVersion };
        }
        else if (_models.Count < MostModels && (plain.Length > 0 || digits is not null || civitaiVersion is not null))
        {
            _models.Add(new ReadModel(kind, plain, digits) { CivitaiVersion = civitaiVersion });
        }

        return plain;
    }

    /// <param name="weight">In the UNet.</param>
    /// <param name="textWeight">In the text encoders; null: the same.</param>
    public void Lora(string? name, float weight, float? textWeight = null, string? hash = null, long? civitaiVersion = null)
    {
        string plain = Model(ModelKind.Lora, name, hash, civitaiVersion);
        if (plain.Length > 0 && _loras.Count < MostModels && !(weight == 0 && textWeight is null or 0))
        {
            _loras.RemoveAll(other => other.Name == plain);
            _loras.Add(new LoraSelection(plain, weight) { TextEncoderWeight = textWeight == weight ? null : textWeight });
        }
    }

    /// <summary>The LoRAs that the prompt names become LoRAs of the recipe.</summary>
    public void TakeLoras()
    {
        (string text, ImmutableArray<LoraSelection> loras) = PromptLoras.Take(Prompt);
        foreach (LoraSelection lora in loras)
        {
            Lora(lora.Name, lora.Weight, lora.TextEncoderWeight);
        }

        Prompt = loras.IsEmpty ? Prompt : PythonText.Strip(text);
    }

    public string Vae { get; private set; } = "";

    public void TakeVae(string? name, string? hash = null)
    {
        if (!string.IsNullOrWhiteSpace(name) && name.Trim() is not ("None" or "Automatic" or "Default (model)" or "Built in" or "Baked VAE"))
        {
            Vae = Model(ModelKind.Vae, name, hash);
        }
    }

    /// <param name="pixels">The picture's own size, for what says none.</param>
    public ReadRecipe Build(string text, (int Width, int Height) pixels)
    {
        ReadModel? checkpoint = _models.Find(model => model.Kind == ModelKind.Checkpoint);
        long seed = Seed ?? 0;
        if (Seed is null or < 0)
        {
            seed = 0;
            LeaveOut("The text says no seed, so the picture cannot come out the same.");
        }

        NoiseSettings noise = Noise.WhyNot(seed) is null ? Noise : NoiseSettings.Default with { Source = Noise.Source };
        return new ReadRecipe
        {
            Program = Program,
            Text = text,
            Models = [.. _models.OrderBy(model => model.Kind)],
            Mapped = _mapped,
            LeftOut = _leftOut,
            Recipe = RecipeJson.WellFormed(new ImageRecipe
            {
                Prompt = Prompt,
                NegativePrompt = NegativePrompt,
                Template = Template,
                Checkpoint = checkpoint is { Name.Length: > 0 } named ? named.Name : ReadRecipe.UnknownModel,
                Width = Side(Width) ?? Side(pixels.Width) ?? 512,
                Height = Side(Height) ?? Side(pixels.Height) ?? 512,
                Steps = (int)Math.Clamp(Steps ?? 20, 1, 10_000),
                GuidanceScale = Guidance is { } guidance && guidance is >= 0 and <= 1000 ? guidance : 7,
                Seed = seed,
                Sampler = _sampler ?? "euler",
                Schedule = _schedule ?? "normal",
                ClipSkip = (int)Math.Clamp(ClipSkip ?? 1, 1, 12),
                Loras = [.. _loras],
                Refiner = Refiner,
                Vae = Vae.Length > 0 ? Vae : null,
                SamplerSettings = SamplerSettings.WhyNot() is null ? SamplerSettings : SamplerSettings.Default,
                Noise = noise,
                Profile = Profile,
                Emphasis = Emphasis,
            }),
        };
    }

    /// <summary>"SDXL\folder\name.safetensors" is "name": recipes say neither folder nor extension.</summary>
    public static string PlainName(string? name)
    {
        string last = (name ?? "").Split('/', '\\')[^1].Trim();
        foreach (string extension in s_extensions)
        {
            if (last.Length > extension.Length && last.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                last = last[..^extension.Length];
                break;
            }
        }

        return Short(last);
    }

    private static string Short(string text) => ForeignText.Line(text, LongestName) ?? "";

    private static int? Side(long? side) => side is > 0 and <= LongestSide ? (int)side : null;
}
