using System.Globalization;
using System.Text;
using System.Text.Json;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>JSON that other programs wrote into pictures: bounded in length and depth, with numbers in quotes or not, and with Python's NaN.</summary>
internal static class ForeignJson
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>Null when it is not JSON, or too long. Nothing has to be disposed.</returns>
    public static JsonElement? Parse(string? text)
    {
        if (text is null || text.Length > PngText.MaximumTextLength || !text.AsSpan().TrimStart().StartsWith('{') && !text.AsSpan().TrimStart().StartsWith('['))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(WithoutNaN(text), s_options);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A string, or a number as its digits; null for anything else.</summary>
    public static string? Words(this JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : value.Text();

    /// <inheritdoc cref="Words(JsonElement?)"/>
    public static string? Words(this JsonElement parent, string name) => parent.Part(name).Words();

    /// <summary>A whole number of at most 64 bits, also one that is written with a point or in quotes; null for anything else.</summary>
    public static long? Whole(this JsonElement? value) =>
        value.Words() is not { Length: <= 64 } words ? null
        : long.TryParse(words, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
        // Seeds of 64 bits without a sign: the noise takes the same bits.
        : ulong.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned) ? (long)(unsigned & long.MaxValue)
        : double.TryParse(words, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) < 9e15 ? (long)number
        : null;

    /// <inheritdoc cref="Whole(JsonElement?)"/>
    public static long? Whole(this JsonElement parent, string name) => parent.Part(name).Whole();

    public static float? Fraction(this JsonElement? value) => RecipeParameters.Fraction(value.Words() is { Length: <= 64 } words ? words : null);

    public static float? Fraction(this JsonElement parent, string name) => parent.Part(name).Fraction();

    /// <summary>Elements of an array; none for anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? value, int most = 256) =>
        value is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Take(most) : [];

    /// <summary>Python's json writes NaN and Infinity, which JSON does not know: outside of strings they become null.</summary>
    private static string WithoutNaN(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        bool isInString = false;
        for (int i = 0; i < text.Length; i++)
        {
            ReadOnlySpan<char> rest = text.AsSpan(i);
            if (isInString && text[i] == '\\' && i + 1 < text.Length)
            {
                clean.Append(text[i++]);
            }
            else if (text[i] == '"')
            {
                isInString = !isInString;
            }
            else if (!isInString && (rest.StartsWith("NaN") || rest.StartsWith("Infinity") || rest.StartsWith("-Infinity")))
            {
                clean.Append("null");
                i += (rest[0] == 'N' ? 3 : rest[0] == 'I' ? 8 : 9) - 1;
                continue;
            }

            clean.Append(text[i]);
        }

        return clean.ToString();
    }
}
