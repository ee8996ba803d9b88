using System.Text.Json;

namespace SdStudio.Diffusion.Tests.Tokens;

/// <summary>A tokenizer with a handful of merges in a temporary folder.</summary>
internal sealed class TinyTokenizer : IDisposable
{
    public static readonly string[] Merges = ["c a", "ca t</w>", "d o", "do g</w>", "t h", "th e</w>"];

    public TinyTokenizer(string? relative = null)
    {
        Root = Directory.CreateTempSubdirectory("tokenizer-test-").FullName;
        Folder = relative is null ? Root : Path.Combine(Root, relative);
        Write(Folder, []);
    }

    public string Root { get; }

    public string Folder { get; }

    /// <summary>All printable ASCII characters, alone and at a word's end, then the merges, then the special tokens.</summary>
    public static void Write(string folder, IEnumerable<string> extraTokens)
    {
        Directory.CreateDirectory(folder);
        IEnumerable<string> bytes = Enumerable.Range('!', '~' - '!' + 1).Select(b => ((char)b).ToString());
        string[] tokens =
        [
            .. bytes, .. bytes.Select(b => b + "</w>"), .. Merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)),
            .. extraTokens, "<|startoftext|>", "<|endoftext|>",
        ];
        Dictionary<string, int> vocabulary = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Join('\n', Merges) + "\n");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
