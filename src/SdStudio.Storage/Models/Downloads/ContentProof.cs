using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Whether a file is what its name says, by its content alone.</summary>
internal static class ContentProof
{
    /// <summary>Bytes that are enough to recognise a file of another kind.</summary>
    public const int Beginning = 64;

    private const long LargestText = 64 << 20;

    private static readonly HashSet<string> s_pickles = new(StringComparer.OrdinalIgnoreCase) { ".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle" };

    private static readonly HashSet<string> s_texts = new(StringComparer.OrdinalIgnoreCase) { ".json", ".txt" };

    /// <summary>By its name: the kinds that can be proven once they are here.</summary>
    /// <returns>Why it is refused; null when it is fine.</returns>
    public static string? Refusal(string name)
    {
        string extension = Path.GetExtension(name);
        return IsWeights(name) || s_texts.Contains(extension) ? null
            : s_pickles.Contains(extension) ? $"{name} is a pickle file, which can run code when it is opened. Look for the same model as .safetensors."
            : $"{name} is no .safetensors file, the only kind of model that is downloaded.";
    }

    public static bool IsWeights(string name) => Path.GetExtension(name).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>Looks at the first bytes, so that a web page or a pickle ends a download at once and not after gigabytes.</summary>
    /// <exception cref="DownloadException">They cannot begin such a file.</exception>
    public static void ProveBeginning(ReadOnlySpan<byte> start, string name)
    {
        if (!IsWeights(name))
        {
            if (start.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'<', ..])
            {
                throw Wrong(name, "the server sent a web page instead, often one that asks to log in.");
            }

            return;
        }

        try
        {
            using MemoryStream stream = new(start.ToArray());
            SafetensorsHeader.Read(stream, name);
        }
        catch (CheckpointException problem) when (problem.Problem == CheckpointProblem.Truncated)
        {
            // A table of contents begins, and goes on beyond these bytes: that is how a whole file looks here.
        }
        catch (CheckpointException problem)
        {
            throw Wrong(name, problem.Message, problem);
        }
    }

    /// <exception cref="DownloadException">The whole file is not sound.</exception>
    public static void Prove(string path, string name)
    {
        if (IsWeights(name))
        {
            try
            {
                SafetensorsHeader.Read(path);
            }
            catch (CheckpointException problem)
            {
                throw Wrong(name, problem.Message, problem);
            }

            return;
        }

        if (new FileInfo(path).Length > LargestText)
        {
            throw Wrong(name, "it is far larger than such a file is.");
        }

        byte[] content = File.ReadAllBytes(path);
        ProveBeginning(content.AsSpan(0, Math.Min(content.Length, Beginning)), name);
        if (Path.GetExtension(name).Equals(".json", StringComparison.OrdinalIgnoreCase))
        {
            ProveJson(content, name);
        }
    }

    private static void ProveJson(byte[] content, string name)
    {
        try
        {
            JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 64 }).Dispose();
        }
        catch (JsonException problem)
        {
            throw Wrong(name, "it is not valid JSON.", problem);
        }
    }

    private static DownloadException Wrong(string name, string why, Exception? problem = null) =>
        new($"{name} was thrown away: {why}", problem) { IsFinal = true, IsProvenWrong = true };
}
