namespace SdStudio.Storage.Wildcards;

/// <summary>Which names a wildcard may have: they are paths below one folder, valid on every system, that never lead out of it.</summary>
public static class WildcardName
{
    public const int Longest = 160;

    private const int MostFolders = 8;
    private const string Forbidden = "\\:*?\"<>|";

    // Devices on Windows, with whatever extension.
    private static readonly HashSet<string> s_devices = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"com{number}", $"lpt{number}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a name, for the field; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return "Give it a name, such as animals/birds.";
        }

        if (name.Length > Longest)
        {
            return $"At most {Longest} letters.";
        }

        if (name.Contains("__", StringComparison.Ordinal))
        {
            return "Two underscores in a row end the name in a prompt; use one.";
        }

        string[] parts = name.Split('/');
        return parts.Length > MostFolders ? $"At most {MostFolders - 1} folders deep."
            : parts.Select(PartProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? PartProblem(string part)
    {
        if (part.Length == 0)
        {
            return "A name lies between two slashes, and none at the start or end.";
        }

        foreach (char letter in part)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
            {
                return "Letters, digits, blanks, dashes and underscores only.";
            }

            if (Forbidden.Contains(letter))
            {
                return $"The sign {letter} cannot be part of a name.";
            }
        }

        return part[0] == '.' ? "A name does not begin with a dot."
            : part[^1] is '.' || char.IsWhiteSpace(part[0]) || char.IsWhiteSpace(part[^1]) ? "A name does not begin or end with a blank, nor end with a dot."
            : s_devices.Contains(part.Split('.')[0]) ? $"{part} means a device on Windows; choose another name."
            : null;
    }
}
