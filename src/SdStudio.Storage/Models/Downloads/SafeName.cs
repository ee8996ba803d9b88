using System.Text;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Turns names that a server chose into names that every file system takes and that lead nowhere else.</summary>
internal static class SafeName
{
    private const int Longest = 150;

    // What Windows keeps for devices, with any ending.
    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL",
        "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <returns>One name without folders; "model" when nothing usable is left.</returns>
    public static string Of(string name)
    {
        string last = name.Replace('\\', '/').Split('/')[^1].Normalize(NormalizationForm.FormC);
        string clean = string.Concat(last.Select(letter => char.IsControl(letter) || "<>:\"|?*".Contains(letter) || char.IsSurrogate(letter) ? '_' : letter));
        clean = clean.TrimStart('.', ' ').TrimEnd('.', ' ');
        string extension = Path.GetExtension(clean);
        string stem = Path.GetFileNameWithoutExtension(clean);
        if (s_devices.Contains(stem.Split('.')[0]))
        {
            stem = "_" + stem;
        }

        stem = stem[..Math.Min(stem.Length, Math.Max(1, Longest - extension.Length))];
        return stem.Length == 0 ? "model" + (extension.Length is > 1 and < 20 ? extension : "") : stem + extension;
    }

    /// <summary>A path within a folder, part by part.</summary>
    /// <returns>Null when it leads out of it, or a part has to be changed: files refer to each other by these names.</returns>
    public static string? OfPath(string path)
    {
        string[] parts = path.Split('/');
        return parts.Length <= 8 && parts.All(part => part.Length > 0 && Of(part) == part) ? path : null;
    }
}
