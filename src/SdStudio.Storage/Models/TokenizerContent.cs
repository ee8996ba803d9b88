using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SdStudio.Storage.Models;

/// <summary>
/// What two tokenizer files say, whatever their bytes: the same vocabulary is published with different spaces, order and
/// escapes, so it is the content that is pinned. Vocabulary: SHA-256 over a line "id token" for each token, by id.
/// Merges: SHA-256 over the lines, without the version line.
/// </summary>
internal sealed record TokenizerContent(int Tokens, string VocabularyHash, int Merges, string MergesHash)
{
    /// <summary>CLIP ViT-L/14, which Stable Diffusion 1.x was trained with.</summary>
    public static TokenizerContent ClipVitLarge { get; } = new(
        49408, "1d3b4940a080a5159df11f54f8508d8076a9deb2e85b20e6785af7d8a4bc3f01",
        48894, "d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02");

    /// <returns>Null when the bytes are not a vocabulary at all.</returns>
    public static (int Count, string Hash)? OfVocabulary(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            List<(int Id, string Token)> tokens = [];
            foreach (JsonProperty token in document.RootElement.EnumerateObject())
            {
                if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id))
                {
                    return null;
                }

                tokens.Add((id, token.Name));
            }

            tokens.Sort((a, b) => a.Id != b.Id ? a.Id.CompareTo(b.Id) : string.CompareOrdinal(a.Token, b.Token));
            return (tokens.Count, Hash(tokens.Select(token => $"{token.Id} {token.Token}")));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // Not JSON, or a name that is not valid text.
            return null;
        }
    }

    public static (int Count, string Hash) OfMerges(ReadOnlySpan<byte> text)
    {
        string[] lines = [.. Encoding.UTF8.GetString(text).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        if (lines.Length > 0 && lines[0].StartsWith("#version", StringComparison.Ordinal))
        {
            lines = lines[1..];
        }

        return (lines.Length, Hash(lines));
    }

    private static string Hash(IEnumerable<string> lines)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in lines)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
