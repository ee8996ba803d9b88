using System.Collections.Immutable;
using System.Text.Json;

namespace SdStudio.Storage.Models;

/// <summary>
/// Reads <c>card.json</c> of a diffusers folder: <c>{"title": "…", "description": "…", "examples": ["…"]}</c>, everything
/// optional. It comes with a download like the weights do, so a part that is not as it should be is passed over; the model
/// works without it.
/// </summary>
internal static class ModelCardFile
{
    public const string Name = "card.json";

    private const int MostBytes = 64 * 1024;
    private const int MostExamples = 6;
    private const int LongestTitle = 60;
    private const int LongestDescription = 400;
    private const int LongestExample = 120;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 8, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="folder">Full path of the diffusers folder.</param>
    /// <returns>Null when there is no card, or none that can be read.</returns>
    public static ModelIntroduction? Read(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, Name));
            if (!file.Exists || file.Length is 0 or > MostBytes)
            {
                return null;
            }

            using FileStream stream = file.OpenRead();
            using var json = JsonDocument.Parse(stream, s_options);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ModelIntroduction? Read(JsonElement card)
    {
        string? title = card.TryGetProperty("title", out JsonElement name) ? Text(name, LongestTitle) : null;
        string? description = card.TryGetProperty("description", out JsonElement words) ? Text(words, LongestDescription) : null;
        ImmutableArray<string> examples = card.TryGetProperty("examples", out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(example => Text(example, LongestExample)).OfType<string>().Distinct().Take(MostExamples)]
            : [];
        return title is null && description is null && examples.IsEmpty ? null : new ModelIntroduction(title, description, examples);
    }

    /// <returns>Null for what is no string, empty, too long, or would not stay a line of text on the page.</returns>
    private static string? Text(JsonElement value, int longest)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            string text = value.GetString()!.Trim();
            return text.Length > 0 && text.Length <= longest && !text.Any(Breaks) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: valid JSON, but no text.
            return null;
        }
    }

    /// <summary>Control characters, line ends, and the marks that turn the direction of what follows on the page.</summary>
    private static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
