using System.Globalization;
using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Models;

/// <summary>What Create begins with for one checkpoint or LoRA; what is left empty stays as the model says.</summary>
public sealed partial class ModelSettings : ComponentBase
{
    private readonly string _id = $"settings-{Guid.NewGuid():N}";
    private string? _problem;

    [Parameter, EditorRequired]
    public required ModelFile Model { get; set; }

    [Inject]
    private ModelProfileStore Profiles { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    private RecipeSuggestion Kept => Model.Profile.Settings ?? new RecipeSuggestion();

    /// <summary>As if nothing were remembered for it.</summary>
    private RecipeSuggestion Own => (Model with { Profile = ModelProfile.Empty }).Recommended;

    private RecipeDefaults Usual => RecipeDefaults.For(Model with { Profile = ModelProfile.Empty });

    private SizeLimits Limits => SizeLimits.Of(Model);

    /// <summary>A sampler that was chosen brings its own.</summary>
    private string OwnSchedule => Kept.Sampler is { } sampler ? SamplerCatalog.Find(sampler)?.DefaultSchedule ?? Usual.Schedule : Usual.Schedule;

    private Task TypeAsync(string field, ChangeEventArgs e)
    {
        if (Text(e) is not { } text)
        {
            // Width and height go together, as what is left empty does.
            return KeepAsync(field switch
            {
                "steps" => Kept with { Steps = null },
                "guidance" => Kept with { GuidanceScale = null },
                "weight" => Kept with { LoraWeight = null },
                _ => Kept with { Width = null, Height = null },
            });
        }

        if (!float.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out float number) || !float.IsFinite(number))
        {
            _problem = "That is no number.";
            return Task.CompletedTask;
        }

        int whole = (int)Math.Clamp(MathF.Round(number), 0, 100_000);
        (int width, int height) = (field == "width" ? whole : Kept.Width ?? Usual.Width, field == "height" ? whole : Kept.Height ?? Usual.Height);
        string? problem = field switch
        {
            "steps" => whole is < 1 or > 150 ? "Between 1 and 150 steps." : null,
            "guidance" => number is < 1 or > 30 ? "A guidance between 1 and 30." : null,
            "weight" => number is < -4 or > 4 or 0 ? "A weight between -4 and 4, and not 0." : null,
            _ => Limits.ProblemOf(whole) ?? Limits.ProblemOf(width, height),
        };
        if (problem is not null)
        {
            _problem = problem;
            return Task.CompletedTask;
        }

        return KeepAsync(field switch
        {
            "steps" => Kept with { Steps = whole },
            "guidance" => Kept with { GuidanceScale = number },
            "weight" => Kept with { LoraWeight = number },
            _ => Kept with { Width = width, Height = height },
        });
    }

    private async Task KeepAsync(RecipeSuggestion settings)
    {
        _problem = null;
        RecipeSuggestion? before = Model.Profile.Settings;
        RecipeSuggestion? after = settings == new RecipeSuggestion() ? null : settings;
        if (after != before)
        {
            await Profiles.SetSettingsAsync(Model, after);
            Notices.ShowUndo("The settings are kept", () => Profiles.SetSettingsAsync(Model, before));
        }
    }

    private Task ForgetAsync() => KeepAsync(new RecipeSuggestion());

    private static string? Text(ChangeEventArgs e) => e.Value is string { Length: > 0 } text ? text : null;

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
