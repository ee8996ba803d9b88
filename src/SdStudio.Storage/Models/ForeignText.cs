using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SdStudio.Storage.Models;

/// <summary>Text and JSON that came with a download: read within bounds, and cleaned of what would not stay text on a page.</summary>
internal static partial class ForeignText
{
    private const int LongestHtml = 200_000;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 32, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>Null when there is no such file, it is larger than allowed, or it is not JSON. The caller disposes it.</returns>
    public static JsonDocument? ReadJson(string path, long mostBytes)
    {
        try
        {
            // A pipe or device has no length and is passed over.
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 || file.Length > mostBytes)
            {
                return null;
            }

            using FileStream stream = file.Open(new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete });
            byte[] bytes = new byte[file.Length];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            ReadOnlyMemory<byte> text = bytes.AsMemory(0, count);
            return JsonDocument.Parse(text.Span.StartsWith("\uFEFF"u8) ? text[3..] : text, s_options);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Null when it is not JSON.</returns>
    public static JsonDocument? ParseJson(string text)
    {
        try
        {
            return JsonDocument.Parse(text, s_options);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // Half of a surrogate pair cannot become UTF-8.
            return null;
        }
    }

    public static JsonElement? Part(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement part) ? part : null;

    /// <returns>Null for what is no string.</returns>
    public static string? Text(this JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: valid JSON, but no text.
            return null;
        }
    }

    /// <returns>One line of at most so many characters; null when nothing is left.</returns>
    public static string? Line(string? text, int longest) => Clean(text, longest, keepsLines: false);

    /// <summary>HTML becomes its text: sites describe their models in it, and nothing of it is shown as markup.</summary>
    /// <returns>Lines of at most so many characters in all; null when nothing is left.</returns>
    public static string? Paragraphs(string? html, int longest)
    {
        if (html is null)
        {
            return null;
        }

        string bounded = html.Length > LongestHtml ? html[..LongestHtml] : html;
        return Clean(WebUtility.HtmlDecode(Tag().Replace(LineEnd().Replace(bounded, "\n"), "")), longest, keepsLines: true);
    }

    private static string? Clean(string? text, int longest, bool keepsLines)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // Most of it is plain: a training has thousands of captions.
        if (text.Length <= longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text.Trim();
        }

        var clean = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean.Length >= longest)
            {
                break;
            }

            if (rune.Value == '\n' && keepsLines)
            {
                clean.Append('\n');
            }
            else if (rune.Value is '\n' or '\t')
            {
                clean.Append(' ');
            }
            else if (!Rune.IsControl(rune) && !Turns(rune.Value))
            {
                clean.Append(rune.ToString());
            }
        }

        string trimmed = Blank().Replace(clean.ToString(), "\n\n").Trim();
        return trimmed.Length > 0 ? trimmed : null;
    }

    /// <summary>Marks that end a line or turn the direction of what follows on the page.</summary>
    private static bool Turns(int c) => c is 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD;

    [GeneratedRegex("<br\\s*/?>|</p>|</li>|</h[1-6]>|</div>", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LineEnd();

    [GeneratedRegex("<[a-zA-Z/!][^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex("\n\\s*\n", RegexOptions.NonBacktracking)]
    private static partial Regex Blank();
}
