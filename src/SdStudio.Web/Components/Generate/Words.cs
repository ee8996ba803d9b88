using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Generate;

/// <summary>What the Create page says in words of its own.</summary>
internal static class Words
{
    /// <summary>At most two decimals, none where they say nothing: "0.8", "1".</summary>
    public static string Number(float value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>"0.8", or "0.8, words 0.5" where the text encoders have a strength of their own.</summary>
    public static string Strength(LoraSelection lora) =>
        lora.TextEncoderWeight is { } words ? $"{Number(lora.Weight)}, words {Number(words)}" : Number(lora.Weight);

    /// <summary>"Today", "Yesterday", "21 November", "21 November 2025".</summary>
    public static string Day(DateTimeOffset at, TimeProvider clock)
    {
        DateTime day = TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone).Date;
        DateTime today = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), clock.LocalTimeZone).Date;
        return (today - day).Days switch
        {
            0 => "Today",
            1 => "Yesterday",
            _ => day.ToString(day.Year == today.Year ? "d MMMM" : "d MMMM yyyy", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>"0.8 s/step".</summary>
    public static string StepTime(TimeSpan time) => $"{Duration.Exact(time)}/step";
}
