using System.IO.Enumeration;
using System.Text.Json;

namespace SdStudio.Tests;

/// <summary>
/// The folder of reference data that parity tests compare with: SDSTUDIO_GOLDENS if it is set (then only that one), else
/// <c>shared/goldens</c> beside the checkout, else the selection in <c>tests/Goldens</c>. Tests discover their cases in it, so that
/// another folder of the same form runs as it is; what a folder does not hold is skipped with a reason.
/// </summary>
internal static class GoldenFolder
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64 };

    /// <summary>Full path; null where there is no golden data at all.</summary>
    public static string? Root { get; } = Locate();

    /// <summary>Folder of the repository, the one that holds SdStudio.sln.</summary>
    public static string Repository { get; } = LocateRepository();

    /// <summary>Theory rows of one file each, such as <c>"models/*/golden.json"</c>; * stays within a folder name.</summary>
    /// <returns>Paths relative to <see cref="Root"/>. With no such file one row holds the pattern itself, and reading it skips the test.</returns>
    public static TheoryData<string> Files(string pattern)
    {
        TheoryData<string> rows = [];
        foreach (string file in Matches(pattern))
        {
            rows.Add(file);
        }

        if (rows.Count == 0)
        {
            rows.Add(pattern);
        }

        return rows;
    }

    /// <summary>Theory rows (file, case) of the elements of an array in JSON files; <see cref="Case"/> finds the element again.</summary>
    /// <param name="array">Property of the root that holds the cases; null when the root itself is the array.</param>
    public static TheoryData<string, string> Cases(string pattern, string? array = "cases")
    {
        TheoryData<string, string> rows = [];
        foreach (string file in Matches(pattern))
        {
            int position = 0;
            if (Elements(Json(file), array) is { } elements)
            {
                foreach (JsonElement element in elements.EnumerateArray())
                {
                    rows.Add(file, Label(position++, element));
                }
            }
        }

        if (rows.Count == 0)
        {
            rows.Add(pattern, "0");
        }

        return rows;
    }

    /// <summary>The case that a row of <see cref="Cases"/> names.</summary>
    public static JsonElement Case(string file, string label, string? array = "cases")
    {
        JsonElement? elements = Elements(Json(file), array);
        Skip.If(elements is null, $"{file} holds no \"{array}\".");
        return elements.Value[int.Parse(label.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)];
    }

    /// <summary>Full path of a file or folder, or the test is skipped with the reason.</summary>
    public static string Require(string relative)
    {
        Skip.If(Root is null, "No golden data: set SDSTUDIO_GOLDENS to a folder of it.");
        string path = Path.Combine(Root, relative);
        Skip.IfNot(File.Exists(path) || Directory.Exists(path), $"The golden data in {Root} holds no {relative}.");
        return path;
    }

    /// <summary>
    /// The folder with vocab.json and merges.txt of CLIP, or the test is skipped with the reason. They are other people's data and
    /// never in the repository, so beside the golden data in use they are also looked for in <c>shared/goldens</c>.
    /// </summary>
    public static string RequireClipVocabulary()
    {
        string? folder = new[] { Root, LocateShared() }
            .OfType<string>()
            .Select(root => Path.Combine(root, "tokenizer"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt")));
        Skip.If(folder is null, "The vocabulary of CLIP is not here: put its vocab.json and merges.txt into tokenizer/ of the golden data.");
        return folder;
    }

    public static bool Has(string relative) =>
        Root is not null && (File.Exists(Path.Combine(Root, relative)) || Directory.Exists(Path.Combine(Root, relative)));

    public static JsonElement Json(string relative)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Require(relative)), s_options);
        return document.RootElement.Clone();
    }

    public static GoldenTensors Tensors(string relative) => GoldenTensors.Read(Require(relative));

    private static JsonElement? Elements(JsonElement root, string? array)
    {
        JsonElement elements = root;
        if (array is not null && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(array, out elements)))
        {
            return null;
        }

        return elements.ValueKind == JsonValueKind.Array ? elements : null;
    }

    private static string Label(int position, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (string name in (ReadOnlySpan<string>)["id", "name"])
            {
                if (element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
                {
                    return $"{position} {value.GetString()}";
                }
            }
        }

        return $"{position}";
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        if (Root is null)
        {
            return [];
        }

        string[] wanted = pattern.Split('/');
        return Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => Fits(path.Split('/'), wanted))
            .Order(StringComparer.Ordinal);
    }

    private static bool Fits(string[] path, string[] wanted) =>
        path.Length == wanted.Length
        && path.Zip(wanted).All(pair => FileSystemName.MatchesSimpleExpression(pair.Second, pair.First, ignoreCase: false));

    private static string? Locate()
    {
        if (Environment.GetEnvironmentVariable("SDSTUDIO_GOLDENS") is { Length: > 0 } chosen)
        {
            // A relative path means the one seen from the repository: tests run elsewhere.
            string path = Path.GetFullPath(chosen, LocateRepository());
            return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"SDSTUDIO_GOLDENS names {path}, which does not exist.");
        }

        string own = Path.Combine(LocateRepository(), "tests", "Goldens");
        return LocateShared() ?? (Directory.Exists(own) ? own : null);
    }

    private static string? LocateShared()
    {
        DirectoryInfo? above = Directory.GetParent(LocateRepository());
        for (int level = 0; level < 2 && above is not null; level++, above = above.Parent)
        {
            string shared = Path.Combine(above.FullName, "shared", "goldens");
            if (Directory.Exists(shared))
            {
                return shared;
            }
        }

        return null;
    }

    private static string LocateRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SdStudio.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds SdStudio.sln.");
    }
}
