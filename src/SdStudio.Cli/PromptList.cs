using System.Text;
using System.Text.Json;

namespace SdStudio.Cli;

/// <summary>
/// Prompts from a file: one a line, empty lines and those that begin with # passed over; or a .json file that holds an array of
/// objects with "prompt" and "seed", or of plain texts.
/// </summary>
internal sealed class PromptList
{
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly string _source;
    private readonly IReadOnlyList<(string Prompt, long? Seed)> _entries;

    private PromptList(string source, IReadOnlyList<(string Prompt, long? Seed)> entries)
    {
        (_source, _entries) = (source, entries);
    }

    public static PromptList Of(string source, IEnumerable<string> prompts) => new(source, [.. prompts.Select(prompt => (prompt, (long?)null))]);

    /// <exception cref="IOException">The file is not there, or not of this form; the message says where.</exception>
    public static PromptList Read(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no file of prompts at {file.FullName}.");
        }

        if (file.Length > MostBytes)
        {
            throw new IOException($"{path} is too large for a file of prompts: {MostBytes / 1024 / 1024} MB is the most.");
        }

        byte[] bytes = File.ReadAllBytes(path);
        List<(string, long?)> entries = file.Extension.Equals(".json", StringComparison.OrdinalIgnoreCase) ? FromJson(path, bytes) : FromLines(path, bytes);
        return entries.Count > 0 ? new PromptList(path, entries) : throw new IOException($"{path} holds no prompts.");
    }

    /// <summary>The k-th seed takes the k-th prompt, and the first again after the last. A file that names its seeds keeps to them.</summary>
    /// <param name="seeds">Null where none were asked for: then one for each prompt, from 0.</param>
    /// <exception cref="IOException">Seeds were asked for and the file names its own.</exception>
    public IReadOnlyList<(string Prompt, long Seed)> Pair(long[]? seeds)
    {
        if (_entries[0].Seed is null)
        {
            return [.. (seeds ?? [.. Enumerable.Range(0, _entries.Count).Select(seed => (long)seed)]).Select((seed, k) => (_entries[k % _entries.Count].Prompt, seed))];
        }

        return seeds is null
            ? [.. _entries.Select(entry => (entry.Prompt, entry.Seed!.Value))]
            : throw new IOException($"{_source} names a seed for each prompt. Leave out --seeds.");
    }

    private static List<(string, long?)> FromLines(string path, byte[] bytes)
    {
        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            return [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => (line, (long?)null))];
        }
        catch (DecoderFallbackException e)
        {
            throw new IOException($"{path} is no UTF-8 text.", e);
        }
    }

    private static List<(string, long?)> FromJson(string path, byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
            List<(string Prompt, long? Seed)> entries = [];
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                entries.Add(element.ValueKind == JsonValueKind.String
                    ? (element.GetString()!, null)
                    : (element.GetProperty("prompt").GetString() ?? throw new InvalidOperationException(), element.TryGetProperty("seed", out JsonElement seed) ? Checked(seed.GetInt64()) : null));
            }

            return entries.Select(entry => entry.Seed is null).Distinct().Count() <= 1
                ? entries
                : throw new IOException($"{path} names a seed for some prompts and none for others.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new IOException($"{path} is not an array of objects with \"prompt\" and \"seed\" (a whole number from 0 up).", e);
        }

        static long Checked(long seed) => seed >= 0 ? seed : throw new FormatException();
    }
}
