using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Metadata;

/// <summary>The knobs of samplers in the "parameters" text, by the web UI's names.</summary>
internal static class KnobFields
{
    /// <summary>Those that differ from what every program does unasked, and that the sampler heeds.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Write(string sampler, SamplerSettings settings)
    {
        SamplerOptions options = SamplerCatalog.Find(sampler)?.Options ?? SamplerOptions.None;
        if (options.HasFlag(SamplerOptions.Eta) && settings.Eta is { } eta)
        {
            yield return new(sampler == "ddim" ? "Eta DDIM" : "Eta", RecipeParameters.Number(eta));
        }

        if (options.HasFlag(SamplerOptions.Churn) && settings.Churn > 0)
        {
            yield return new("Sigma churn", RecipeParameters.Number(settings.Churn));
            yield return new("Sigma tmin", settings.ChurnMin > 0 ? RecipeParameters.Number(settings.ChurnMin) : null);
            yield return new("Sigma tmax", settings.ChurnMax is { } most ? RecipeParameters.Number(most) : null);
        }

        if (options.HasFlag(SamplerOptions.NoiseScale) && settings.NoiseScale != 1)
        {
            yield return new("Sigma noise", RecipeParameters.Number(settings.NoiseScale));
        }

        if (options.HasFlag(SamplerOptions.Order) && settings.Order is { } order)
        {
            yield return new(sampler.StartsWith("unipc", StringComparison.Ordinal) ? "UniPC order" : "Sampler order", order);
        }
    }

    /// <returns>The usual settings where the text says what no sampler takes.</returns>
    public static SamplerSettings Read(ParametersText parameters)
    {
        SamplerSettings settings = new()
        {
            Eta = RecipeParameters.Fraction(parameters["Eta DDIM"] ?? parameters["Eta"]),
            Churn = RecipeParameters.Fraction(parameters["Sigma churn"]) ?? 0,
            ChurnMin = RecipeParameters.Fraction(parameters["Sigma tmin"]) ?? 0,
            ChurnMax = RecipeParameters.Fraction(parameters["Sigma tmax"]),
            NoiseScale = RecipeParameters.Fraction(parameters["Sigma noise"]) ?? 1,
            Order = (int?)RecipeParameters.Fraction(parameters["UniPC order"] ?? parameters["Sampler order"]),
        };
        return settings.WhyNot() is null ? settings : SamplerSettings.Default;
    }
}
