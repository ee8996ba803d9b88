using System.Text.Json;
using System.Text.RegularExpressions;

namespace SdStudio.Storage.Metadata;

/// <summary>
/// The "parameters" text of AUTOMATIC1111's web UI, which most tools read and write: the prompt, a line "Negative prompt: …",
/// and a last line of "Key: value" pairs.
/// </summary>
/// <param name="Fields">Pairs of the last line in order; a size such as 512x768 comes as two, <c>Size-1</c> and <c>Size-2</c>.</param>
public sealed record ParametersText(string Prompt, string NegativePrompt, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    // Without backtracking: a long line of words and no colon would otherwise take quadratic time.
    private static readonly Regex s_pair = new("""\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)""", RegexOptions.NonBacktracking);
    private static readonly Regex s_size = new(@"^(\d+)x(\d+)$", RegexOptions.NonBacktracking);

    private const string NegativeMark = "Negative prompt:";

    /// <summary>Fewer pairs than this, and the last line belongs to the prompt.</summary>
    private const int FewestFields = 3;

    /// <summary>The last field of this name, which wins over earlier ones; null when there is none.</summary>
    public string? this[string name] => Fields.LastOrDefault(field => field.Key == name).Value;

    /// <param name="parameters">Values are written as Python prints them; a null is left out, a value equal to its key is written once.</param>
    public static string Write(string prompt, string negativePrompt, IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(negativePrompt);
        ArgumentNullException.ThrowIfNull(parameters);
        string line = string.Join(", ", parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => (parameter.Key, Value: PythonText.Of(parameter.Value!)))
            .Select(parameter => parameter.Key == parameter.Value ? parameter.Key : $"{parameter.Key}: {Quote(parameter.Value)}"));
        string negative = negativePrompt.Length > 0 ? $"\n{NegativeMark} {negativePrompt}" : "";
        return PythonText.Strip($"{prompt}{negative}\n{line}");
    }

    /// <summary>Reads any text; one without parameters is all prompt.</summary>
    public static ParametersText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> lines = [.. PythonText.Strip(text).Split('\n')];
        MatchCollection pairs = s_pair.Matches(lines[^1]);
        bool hasFields = pairs.Take(FewestFields).Count() == FewestFields;
        if (hasFields)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        string prompt = "", negative = "";
        bool isNegative = false;
        foreach (string rawLine in lines)
        {
            string line = PythonText.Strip(rawLine);
            if (line.StartsWith(NegativeMark, StringComparison.Ordinal))
            {
                isNegative = true;
                line = PythonText.Strip(line[NegativeMark.Length..]);
            }

            if (isNegative)
            {
                negative += negative.Length == 0 ? line : "\n" + line;
            }
            else
            {
                prompt += prompt.Length == 0 ? line : "\n" + line;
            }
        }

        return new ParametersText(prompt, negative, hasFields ? [.. pairs.SelectMany(ReadPair)] : []);
    }

    /// <summary>In JSON quotes where a comma, a colon or a line break would end the value.</summary>
    internal static string Quote(string value) => value.AsSpan().ContainsAny(",\n:") ? PythonText.JsonQuoted(value) : value;

    internal static string Unquote(string value)
    {
        if (value.Length == 0 || value[0] != '"' || value[^1] != '"')
        {
            return value;
        }

        try
        {
            return JsonSerializer.Deserialize<string>(value) ?? value;
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadPair(Match pair)
    {
        string key = pair.Groups[1].Value, value = Unquote(pair.Groups[2].Value);
        if (pair.Groups[2].Length == 0)
        {
            // The web UI drops a key with nothing behind it.
            yield break;
        }

        if (s_size.Match(value) is { Success: true } size)
        {
            yield return new(key + "-1", size.Groups[1].Value);
            yield return new(key + "-2", size.Groups[2].Value);
        }
        else
        {
            yield return new(key, value);
        }
    }
}

