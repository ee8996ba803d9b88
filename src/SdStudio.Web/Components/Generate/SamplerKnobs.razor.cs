using System.Globalization;
using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Web.Components.Generate;

/// <summary>Eta, churn, noise scale and order, as far as the chosen sampler heeds them by <see cref="SamplerChoice.Options"/>.</summary>
public sealed partial class SamplerKnobs : ComponentBase
{
    private const double MostSigma = 10_000;
    private const int MostOrder = 4;

    private readonly string _id = $"knobs-{Guid.NewGuid():N}";

    /// <summary>Changed in place.</summary>
    [Parameter, EditorRequired]
    public required RecipeFormModel Form { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private SamplerChoice? Sampler => SamplerCatalog.Find(Form.Sampler);

    private SamplerSettings Knobs => Form.SamplerSettings;

    private string EtaText => string.Create(CultureInfo.InvariantCulture, $"{Knobs.Eta ?? Sampler!.DefaultEta:0.##}{(Knobs.Eta is null ? ", the sampler’s own" : null)}");

    private string OrderKey => Knobs.Order?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>How many of them are not as usual and have an effect.</summary>
    public static int InUse(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        (SamplerSettings knobs, SamplerOptions options) = (form.SamplerSettings, SamplerCatalog.Find(form.Sampler)?.Options ?? SamplerOptions.None);
        return (options.HasFlag(SamplerOptions.Eta) && knobs.Eta is not null ? 1 : 0)
            + (options.HasFlag(SamplerOptions.Churn) && knobs.Churn > 0 ? 1 : 0)
            + (options.HasFlag(SamplerOptions.NoiseScale) && knobs.NoiseScale != 1 ? 1 : 0)
            + (options.HasFlag(SamplerOptions.Order) && knobs.Order is not null ? 1 : 0);
    }

    private bool Heeds(SamplerOptions option) => Sampler?.Options.HasFlag(option) == true;

    private Task SetEtaAsync(double value) => SetAsync(Knobs with { Eta = (float)value == Sampler!.DefaultEta ? null : (float)value });

    private Task ChooseOrderAsync(ChangeEventArgs e) =>
        SetAsync(Knobs with { Order = int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out int order) && order is >= 1 and <= MostOrder ? order : null });

    private Task SetAsync(SamplerSettings knobs)
    {
        Form.SamplerSettings = knobs;
        return OnChanged.InvokeAsync();
    }
}
