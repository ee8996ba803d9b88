using System.IO.Compression;
using System.Text;

namespace SdStudio.Storage.Metadata;

/// <summary>The text chunks of a PNG (PNG specification, third edition, 11.3.3): tEXt, zTXt and iTXt.</summary>
public static class PngText
{
    /// <summary>Longest text read from one chunk, in bytes, after inflating.</summary>
    public const int MaximumTextLength = 4 * 1024 * 1024;

    /// <summary>Most text chunks read from one file.</summary>
    public const int MaximumTexts = 64;

    /// <summary>All texts in file order. Whatever is broken or too long is left out; nothing throws on foreign bytes.</summary>
    /// <param name="png">Seekable.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(Stream png)
    {
        ArgumentNullException.ThrowIfNull(png);
        png.Position = 0;
        var texts = new List<KeyValuePair<string, string>>();
        foreach (PngChunk chunk in PngChunks.Walk(png).Where(chunk => chunk.IsText && chunk.Length <= MaximumTextLength))
        {
            byte[] body = new byte[chunk.Length];
            png.Position = chunk.Offset + 8;
            png.ReadExactly(body);
            if (Decode(chunk.Type, body) is { } text)
            {
                texts.Add(text);
                if (texts.Count == MaximumTexts)
                {
                    break;
                }
            }
        }

        return texts;
    }

    /// <summary>Copies a PNG without what tells how it was made: for those who get the picture but not the recipe.</summary>
    /// <param name="png">Seekable.</param>
    /// <param name="keep">Keyword of the one text that goes along; null for none.</param>
    public static async Task CopyWithoutTextAsync(Stream png, Stream target, string? keep = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(png);
        ArgumentNullException.ThrowIfNull(target);
        png.Position = 0;
        PngChunk[] chunks = [.. PngChunks.Walk(png).Where(chunk => chunk.IsText ? HasKeyword(png, chunk, keep) : chunk.Type is not ("eXIf" or "tIME"))];
        await target.WriteAsync(PngChunks.Signature.ToArray(), cancellationToken);
        byte[] block = new byte[64 * 1024];
        foreach (PngChunk chunk in chunks)
        {
            png.Position = chunk.Offset;
            for (long left = chunk.TotalLength; left > 0;)
            {
                int count = await png.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), cancellationToken);
                if (count == 0)
                {
                    return;
                }

                await target.WriteAsync(block.AsMemory(0, count), cancellationToken);
                left -= count;
            }
        }
    }

    /// <inheritdoc cref="CopyWithoutTextAsync"/>
    internal static void CopyWithoutText(Stream png, Stream target)
    {
        png.Position = 0;
        PngChunk[] chunks = [.. PngChunks.Walk(png).Where(chunk => !chunk.IsText && chunk.Type is not ("eXIf" or "tIME"))];
        target.Write(PngChunks.Signature);
        byte[] block = new byte[64 * 1024];
        foreach (PngChunk chunk in chunks)
        {
            png.Position = chunk.Offset;
            for (long left = chunk.TotalLength; left > 0;)
            {
                int count = png.Read(block, 0, (int)Math.Min(left, block.Length));
                if (count == 0)
                {
                    return;
                }

                target.Write(block, 0, count);
                left -= count;
            }
        }
    }

    private static bool HasKeyword(Stream png, PngChunk chunk, string? keyword)
    {
        if (keyword is null || chunk.Length <= keyword.Length)
        {
            return false;
        }

        byte[] start = new byte[keyword.Length + 1];
        png.Position = chunk.Offset + 8;
        png.ReadExactly(start);
        return start[^1] == 0 && Encoding.Latin1.GetString(start, 0, keyword.Length) == keyword;
    }

    /// <summary>One chunk: plain tEXt where Latin-1 can carry the text, as old tools expect, iTXt otherwise.</summary>
    internal static byte[] Write(string keyword, string text)
    {
        // NUL ends a field in these chunks.
        string value = text.Replace("\0", "", StringComparison.Ordinal);
        byte[] key = Encoding.Latin1.GetBytes(keyword);
        return value.All(c => c <= 0xFF)
            ? PngChunks.Write("tEXt", [.. key, 0, .. Encoding.Latin1.GetBytes(value)])
            : PngChunks.Write("iTXt", [.. key, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(value)]);
    }

    private static KeyValuePair<string, string>? Decode(string type, ReadOnlySpan<byte> body)
    {
        int end = body.IndexOf((byte)0);
        if (end is < 1 or > 79)
        {
            return null;
        }

        string keyword = Encoding.Latin1.GetString(body[..end]);
        ReadOnlySpan<byte> rest = body[(end + 1)..];
        string? text = type switch
        {
            "tEXt" => Encoding.Latin1.GetString(rest),
            "zTXt" => DecodeCompressed(rest),
            _ => DecodeInternational(rest),
        };
        return text is null ? null : new(keyword, text);
    }

    /// <summary>Compression method (0), then a zlib stream of Latin-1.</summary>
    private static string? DecodeCompressed(ReadOnlySpan<byte> rest) =>
        rest.Length > 1 && rest[0] == 0 && Inflate(rest[1..]) is { } inflated ? Encoding.Latin1.GetString(inflated) : null;

    /// <summary>Compression flag, compression method, language tag, translated keyword, UTF-8.</summary>
    private static string? DecodeInternational(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4 || rest[0] > 1 || (rest[0] == 1 && rest[1] != 0))
        {
            return null;
        }

        bool isCompressed = rest[0] == 1;
        rest = rest[2..];
        for (int field = 0; field < 2; field++)
        {
            int end = rest.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            rest = rest[(end + 1)..];
        }

        if (!isCompressed)
        {
            return Encoding.UTF8.GetString(rest);
        }

        return Inflate(rest) is { } inflated ? Encoding.UTF8.GetString(inflated) : null;
    }

    /// <summary>Null when the stream is broken or would grow beyond <see cref="MaximumTextLength"/>.</summary>
    private static byte[]? Inflate(ReadOnlySpan<byte> compressed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            byte[] block = new byte[16 * 1024];
            for (int count; (count = zlib.Read(block)) > 0;)
            {
                if (inflated.Length + count > MaximumTextLength)
                {
                    return null;
                }

                inflated.Write(block, 0, count);
            }

            return inflated.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
