using System.Text.Json;
using SdStudio.Diffusion;

namespace SdStudio.Storage.Metadata;

/// <summary>A picture's trace as JSON, in the database's rows and, within bounds, in a <see cref="PictureRecord"/>.</summary>
internal static class TraceJson
{
    private const int MostLatents = 16, MostLoras = 64, LongestWord = 200;

    public static string? Write(PictureTrace? trace) => trace is null ? null : JsonSerializer.Serialize(trace, RecipeJson.s_options);

    /// <returns>Null for none, and for one that this version cannot read: a picture is whole without.</returns>
    public static PictureTrace? TryRead(string? json)
    {
        try
        {
            return json is null ? null : Sound(JsonSerializer.Deserialize<PictureTrace>(json, RecipeJson.s_options));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A trace out of a file, which anybody may have written: one beyond all bounds is none.</summary>
    public static PictureTrace? Sound(PictureTrace? trace) =>
        trace is not null
        && trace.Latents.Length <= MostLatents && trace.Latents.All(latent => latent is { Step: >= 0, Hash.Length: <= LongestWord })
        && trace.LoraHashes.Count <= MostLoras && trace.LoraHashes.All(lora => lora.Key.Length <= LongestWord && lora.Value is { Length: <= LongestWord })
        && new[] { trace.Provider, trace.Precision, trace.Runtime, trace.Processor, trace.ModelHash }.All(word => word is null or { Length: <= LongestWord })
            ? trace
            : null;
}
