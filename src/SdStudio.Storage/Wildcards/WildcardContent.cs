using System.Text;

namespace SdStudio.Storage.Wildcards;

/// <summary>Reads what other programs write: text with one option a line, empty lines and lines that begin with <c>#</c> left out.</summary>
internal static class WildcardContent
{
    public const long LargestFile = 4 << 20;

    /// <summary>Options beyond are left out.</summary>
    public const int MostOptions = 100_000;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The text; what keeps it from being used; and whether a letter was not UTF-8, so that writing it again would lose it.</returns>
    public static (string Text, string? Problem, bool IsDamaged) Read(string path)
    {
        byte[] bytes;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LargestFile)
            {
                return ("", $"It is larger than {LargestFile >> 20} MB. Split it into several files.", false);
            }

            // The file may grow while it is read; what was measured is what is taken.
            bytes = new byte[file.Length];
            bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ("", $"It cannot be read: {exception.Message}", false);
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return ((bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, bytes.Length - 2), null, false);
        }

        ReadOnlySpan<byte> content = bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes;
        if (content.Contains((byte)0))
        {
            return ("", "It is no text file.", false);
        }

        try
        {
            return (s_strict.GetString(content), null, false);
        }
        catch (DecoderFallbackException)
        {
            return (Encoding.UTF8.GetString(content), null, true);
        }
    }

    public static IReadOnlyList<string> Options(string text)
    {
        List<string> options = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> option = line.Trim();
            if (option.Length > 0 && option[0] != '#' && options.Count < MostOptions)
            {
                options.Add(option.ToString());
            }
        }

        return options;
    }
}
