using System.Globalization;
using SdStudio.Diffusion;

namespace SdStudio.Web.Components.Gallery;

/// <summary>The sampler's knobs that are not as usual, as people read them.</summary>
internal static class KnobWords
{
    public static string Of(SamplerSettings settings)
    {
        (string Name, float? Value)[] knobs =
        [
            ("eta", settings.Eta),
            ("churn", settings.Churn > 0 ? settings.Churn : null),
            ("churn from sigma", settings.ChurnMin > 0 ? settings.ChurnMin : null),
            ("churn to sigma", settings.ChurnMax),
            ("noise scale", settings.NoiseScale != 1 ? settings.NoiseScale : null),
            ("order", settings.Order),
        ];
        return string.Join(", ", knobs.Where(knob => knob.Value is not null).Select(knob => string.Create(CultureInfo.InvariantCulture, $"{knob.Name} {knob.Value:0.###}")));
    }
}
