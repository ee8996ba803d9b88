namespace SdStudio.Storage.Models.Downloads;

/// <summary>SHA-256 as people and servers write it.</summary>
public static class Sha256Text
{
    private const int Digits = 64;

    /// <returns>64 digits in lower case; null when the text is none of that.</returns>
    public static string? Normalise(string? text)
    {
        string trimmed = text?.Trim() ?? "";
        if (trimmed.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase))
        {
            trimmed = trimmed["sha256:".Length..];
        }

        return trimmed.Length == Digits && trimmed.All(char.IsAsciiHexDigit) ? trimmed.ToLowerInvariant() : null;
    }
}
