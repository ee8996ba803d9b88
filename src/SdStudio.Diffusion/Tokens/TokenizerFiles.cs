using System.Text.Json;

namespace SdStudio.Diffusion.Tokens;

/// <summary>What the files of a tokenizer folder say. Written by others: sizes are bounded and every rule is checked.</summary>
internal sealed record TokenizerFiles(
    Dictionary<string, int> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    string StartToken,
    string EndToken,
    string PaddingToken,
    string UnknownToken)
{
    private const int LargestFile = 16 << 20;
    private const int LargestId = 1 << 24;
    private const string StartDefault = "<|startoftext|>";
    private const string EndDefault = "<|endoftext|>";

    /// <exception cref="TokenizerException">A file is missing, too large or broken.</exception>
    public static TokenizerFiles Read(string folder)
    {
        Dictionary<string, int> vocabulary = ReadVocabulary(Path.Combine(folder, ClipTokenizer.VocabularyFile));
        List<(string, string)> merges = ReadMerges(Path.Combine(folder, ClipTokenizer.MergesFile), vocabulary);

        Dictionary<string, string> specials = [];
        foreach (string file in (ReadOnlySpan<string>)["tokenizer_config.json", "special_tokens_map.json"])
        {
            string path = Path.Combine(folder, file);
            if (File.Exists(path))
            {
                ReadSpecials(path, specials);
            }
        }

        string end = specials.GetValueOrDefault("eos_token", EndDefault);
        return new TokenizerFiles(
            vocabulary,
            merges,
            specials.GetValueOrDefault("bos_token", StartDefault),
            end,
            specials.GetValueOrDefault("pad_token", end),
            specials.GetValueOrDefault("unk_token", end));
    }

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        using JsonDocument document = ParseObject(path);
        Dictionary<string, int> vocabulary = [];
        foreach (JsonProperty token in document.RootElement.EnumerateObject())
        {
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id) || id is < 0 or > LargestId)
            {
                throw new TokenizerException(path, $"{path}: the id of the token \"{Shorten(token.Name)}\" is not a whole number from 0 to {LargestId}.");
            }

            if (!vocabulary.TryAdd(token.Name, id))
            {
                throw new TokenizerException(path, $"{path}: the token \"{Shorten(token.Name)}\" stands there twice.");
            }
        }

        return vocabulary;
    }

    private static List<(string, string)> ReadMerges(string path, Dictionary<string, int> vocabulary)
    {
        List<(string, string)> merges = [];
        using StreamReader reader = new(new MemoryStream(ReadBounded(path)));
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [string left, string right])
            {
                throw new TokenizerException(path, $"{path}, line {number}: two pieces with a space between them were expected.");
            }

            if (!vocabulary.ContainsKey(left + right))
            {
                throw new TokenizerException(path, $"{path}, line {number}: \"{Shorten(left + right)}\" is not in {ClipTokenizer.VocabularyFile}; the two files belong to different tokenizers.");
            }

            merges.Add((left, right));
        }

        return merges;
    }

    /// <summary>A special token is written as text, or as an object with its text in "content".</summary>
    private static void ReadSpecials(string path, Dictionary<string, string> specials)
    {
        using JsonDocument document = ParseObject(path);
        foreach (string name in (ReadOnlySpan<string>)["bos_token", "eos_token", "pad_token", "unk_token"])
        {
            if (!document.RootElement.TryGetProperty(name, out JsonElement token))
            {
                continue;
            }

            if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement content))
            {
                token = content;
            }

            if (token.ValueKind == JsonValueKind.String && token.GetString() is { Length: > 0 } text)
            {
                specials[name] = text;
            }
        }
    }

    private static JsonDocument ParseObject(string path)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(ReadBounded(path), new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException problem)
        {
            throw new TokenizerException(path, $"{path} is not valid JSON: {problem.Message}", problem);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new TokenizerException(path, $"{path} does not hold a JSON object.");
    }

    private static byte[] ReadBounded(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > LargestFile)
            {
                throw new TokenizerException(path, $"{path} is {stream.Length >> 20} MiB large; a tokenizer's file has at most {LargestFile >> 20}.");
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TokenizerException(path, $"{path} does not exist; a tokenizer needs {ClipTokenizer.VocabularyFile} and {ClipTokenizer.MergesFile}.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException(path, $"{path} cannot be read: {problem.Message}", problem);
        }
    }

    private static string Shorten(string token) => token.Length <= 40 ? token : token[..40] + "…";
}
