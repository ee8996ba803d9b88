using System.Collections.Frozen;

namespace SdStudio.Storage.Metadata;

/// <summary>The hashes by which a picture's "parameters" text names its models, so that they are found under other names too.</summary>
/// <param name="Model">Of the checkpoint; null when the text does not say it.</param>
/// <param name="Loras">By the name the LoRA had when the picture was made.</param>
public sealed record RecipeHashes(string? Model, IReadOnlyDictionary<string, string> Loras)
{
    private const int MostLoras = 64;

    /// <returns>Null when the text names no hash.</returns>
    public static RecipeHashes? Read(string parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var text = ParametersText.Parse(parameters);
        var loras = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in (text["Lora hashes"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostLoras))
        {
            // The last colon: a name may have some of its own.
            int colon = pair.LastIndexOf(':');
            if (colon > 0)
            {
                loras[pair[..colon].TrimEnd()] = pair[(colon + 1)..].Trim();
            }
        }

        string? model = text["Model hash"];
        return model is null && loras.Count == 0 ? null : new RecipeHashes(model, loras.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
