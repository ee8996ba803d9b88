using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>Steps, guidance, seed and sampler; with Advanced also what few people touch.</summary>
public sealed partial class SettingsPanel : ComponentBase
{
    private static readonly IReadOnlyList<SegOption<bool>> s_views = [new(false, "Basic"), new(true, "Advanced")];

    private static readonly IReadOnlyList<(string Key, string Label)> s_noises =
    [
        ("Cpu", "Processor"), ("Nvidia", "NVIDIA card"), ("Cpu-draw", "Processor, one draw for all"), ("Nvidia-draw", "NVIDIA card, one draw for all"),
    ];

    private readonly string _id = $"settings-{Guid.NewGuid():N}";

    /// <summary>Changed in place.</summary>
    [Parameter, EditorRequired]
    public required RecipeFormModel Form { get; set; }

    [Parameter, EditorRequired]
    public required RecipeLimits Limits { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public bool Advanced { get; set; }

    [Parameter]
    public EventCallback<bool> AdvancedChanged { get; set; }

    /// <summary>The seed of the last picture, which the pin keeps.</summary>
    [Parameter]
    public long? LastSeed { get; set; }

    [Parameter]
    public FieldMessages Messages { get; set; } = new();

    /// <summary>The chosen model's setting for drafts; null when it has none.</summary>
    [Parameter]
    public Draft? Draft { get; set; }

    /// <summary>Models that can take the last steps of the chosen one's pictures.</summary>
    [Parameter]
    public IReadOnlyList<ModelFile> Refiners { get; set; } = [];

    /// <summary>Why the chosen refiner cannot take over, null when it can.</summary>
    [Parameter]
    public string? RefinerProblem { get; set; }

    /// <summary>VAEs in files of their own.</summary>
    [Parameter]
    public IReadOnlyList<ModelFile> Vaes { get; set; } = [];

    /// <summary>Text encoders in files of their own.</summary>
    [Parameter]
    public IReadOnlyList<ModelFile> TextEncoders { get; set; } = [];

    /// <summary>How many text encoders the chosen model reads a prompt with.</summary>
    [Parameter]
    public int TextEncoderCount { get; set; } = 1;

    /// <summary>The chosen model, which has its say in what goes with it.</summary>
    [Parameter]
    public ModelFile? Model { get; set; }

    private string Pair => $"{Form.Sampler}/{Form.Schedule}";

    /// <summary>Each sampler with the schedule that suits it, and what is chosen now where that is something else.</summary>
    private IEnumerable<(string Value, string Label)> Pairs
    {
        get
        {
            var pairs = SamplerCatalog.All.Select(sampler => ($"{sampler.Key}/{sampler.DefaultSchedule}", SamplerLabels.Pair(sampler.Key, sampler.DefaultSchedule))).ToList();
            if (!pairs.Exists(pair => pair.Item1 == Pair))
            {
                pairs.Add((Pair, SamplerLabels.Pair(Form.Sampler, Form.Schedule)));
            }

            return pairs;
        }
    }

    /// <summary>With the one that is chosen now, where it is not here.</summary>
    private List<(string Name, string Title)> RefinerNames
    {
        get
        {
            List<(string Name, string Title)> names = [.. Refiners.Select(model => (model.Name, model.Title))];
            if (Form.Refiner is { } refiner && !names.Exists(row => row.Name == refiner.Name))
            {
                names.Add((refiner.Name, RefinerProblem is null ? refiner.Name : $"{refiner.Name} · does not fit"));
            }

            return names;
        }
    }

    private string NoiseKey => $"{Form.Noise.Source}{(Form.IsOneDraw ? "-draw" : "")}";

    private int AdvancedInUse => (NoiseKey == s_noises[0].Key ? 0 : 1) + (Form.Profile == CompatibilityProfile.SdStudio ? 0 : 1) + (Form.Emphasis is null ? 0 : 1) + SamplerKnobs.InUse(Form) + (Form.Pictures == 1 ? 0 : 1) + (Form.ClipSkip == 1 ? 0 : 1) + (Form.Refiner is null ? 0 : 1)
        + (Form.Vae is null ? 0 : 1) + Form.TextEncoders.Count(name => name.Length > 0);

    private string? Problem =>
        Messages[nameof(RecipeFormModel.Steps)] ?? Messages[nameof(RecipeFormModel.GuidanceScale)] ?? Messages[nameof(RecipeFormModel.Sampler)]
        ?? Messages[nameof(RecipeFormModel.Schedule)] ?? Messages[nameof(RecipeFormModel.Pictures)] ?? Messages[nameof(RecipeFormModel.ClipSkip)];

    /// <summary>Which one belongs there, where the model tells: "Text encoder 2: OpenCLIP ViT-bigG".</summary>
    private string TextEncoderLabel(int place) =>
        (TextEncoderCount > 1 ? $"Text encoder {place + 1}" : "Text encoder") + (Model?.TextWidths[place] is > 0 and var width && TextEncoders.Count > 0 ? $" · {ModelPart.TextEncoderName(width)}" : "");

    private static string Own(bool isMissing) => isMissing ? "None yet" : "The model’s own";

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }

    private Task ChooseAsync(ChangeEventArgs e, Action<string> choose) =>
        e.Value is string { Length: > 0 } key ? ChangeAsync(() => choose(key)) : Task.CompletedTask;

    private void ChooseTextEncoder(int place, string name)
    {
        string[] names = [.. Form.TextEncoders, .. Enumerable.Repeat("", Math.Max(0, place + 1 - Form.TextEncoders.Length))];
        names[place] = name;
        Form.TextEncoders = Array.TrueForAll(names, string.IsNullOrEmpty) ? [] : [.. names];
    }

    private void ChooseNoise(string key) =>
        (Form.Noise, Form.IsOneDraw) = (Form.Noise with { Source = key.StartsWith(nameof(NoiseSource.Nvidia), StringComparison.Ordinal) ? NoiseSource.Nvidia : NoiseSource.Cpu }, key.EndsWith("-draw", StringComparison.Ordinal));

    private Task ChooseRefinerAsync(ChangeEventArgs e) => ChangeAsync(() =>
        Form.Refiner = e.Value is string { Length: > 0 } name ? (Form.Refiner ?? new RefinerSelection(name)) with { Name = name } : null);

    private Task ChoosePairAsync(ChangeEventArgs e) =>
        (e.Value as string)?.Split('/') is [string sampler, string schedule]
            ? ChangeAsync(() => (Form.Sampler, Form.Schedule) = (sampler, schedule))
            : Task.CompletedTask;
}
