using System.Text.Json;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary>What the command line takes from the studio's own settings: <c>appsettings.json</c> of the current folder or one above it, else of the program's.</summary>
/// <param name="ModelRoots">Full paths.</param>
/// <param name="DataFolder">Full path of the folder that keeps everything.</param>
/// <param name="Downloads">What may be asked of the internet.</param>
internal sealed record StudioSettings(IReadOnlyList<string> ModelRoots, string DataFolder, DownloadSettings Downloads)
{
    private const string UsualWildcards = "wildcards";

    private const string FileName = "appsettings.json";

    /// <summary>As environment variables write the name of a setting: <c>Downloads__HuggingFaceToken</c>.</summary>
    private const string Separator = "__";

    /// <summary>Full path of the folder of wildcard files.</summary>
    public string Wildcards { get; init; } = Path.GetFullPath(UsualWildcards);

    /// <exception cref="IOException">The file cannot be read, or says something of the wrong kind.</exception>
    public static StudioSettings Find()
    {
        string? folder = Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory);
        if (folder is null)
        {
            return new StudioSettings([Path.GetFullPath("models")], Path.GetFullPath("data"), new DownloadSettings { Tokens = Tokens(default) });
        }

        string file = Path.Combine(folder, FileName);
        try
        {
            using JsonDocument settings = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(settings.RootElement, folder);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new IOException($"{file} cannot be read: {e.Message} Mend it, or name the folder with --models.", e);
        }
    }

    private static StudioSettings Read(JsonElement settings, string folder)
    {
        JsonElement downloads = Section(settings, "Downloads");
        DownloadSettings usual = new();
        return new StudioSettings(
            Value(Section(settings, "Models"), "Roots") is { } roots ? [.. roots.EnumerateArray().Select(root => Path.GetFullPath(root.GetString()!, folder))] : [Path.Combine(folder, "models")],
            Path.GetFullPath(Text(Section(settings, "Gallery"), "Gallery", "Folder") ?? "data", folder),
            usual with
            {
                Offline = Flag(downloads, "Offline"),
                AllowHttp = Flag(downloads, "AllowHttp"),
                AllowedHosts = Value(downloads, "AllowedHosts") is { } hosts ? [.. hosts.EnumerateArray().Select(host => host.GetString()!)] : usual.AllowedHosts,
                LargestFile = Bytes(downloads, "LargestFileGigabytes") ?? usual.LargestFile,
                SpaceToLeave = Bytes(downloads, "SpaceToLeaveGigabytes") ?? usual.SpaceToLeave,
                SilenceLimit = Value(downloads, "SilenceSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds.GetInt32()) : usual.SilenceLimit,
                Retries = Value(downloads, "Retries")?.GetInt32() ?? usual.Retries,
                Tokens = Tokens(downloads),
            })
        {
            Wildcards = Path.GetFullPath(Text(Section(settings, "Prompts"), "Prompts", "Wildcards") ?? UsualWildcards, folder),
        };
    }

    private static IReadOnlyList<HostToken> Tokens(JsonElement downloads) =>
        HostToken.Of(Text(downloads, "Downloads", "HuggingFaceToken"), Text(downloads, "Downloads", "CivitaiToken"));

    private static bool Flag(JsonElement downloads, string name) =>
        bool.TryParse(Environment.GetEnvironmentVariable($"Downloads{Separator}{name}"), out bool given) ? given : Value(downloads, name)?.GetBoolean() ?? false;

    private static long? Bytes(JsonElement downloads, string name) => Value(downloads, name) is { } gigabytes ? (long)(gigabytes.GetDouble() * 1e9) : null;

    private static string? Text(JsonElement section, string sectionName, string name) =>
        Environment.GetEnvironmentVariable($"{sectionName}{Separator}{name}") is { Length: > 0 } given ? given : Value(section, name)?.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement Section(JsonElement settings, string name) => Value(settings, name) ?? default;

    private static JsonElement? Value(JsonElement section, string name) =>
        section.ValueKind == JsonValueKind.Object && section.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, FileName)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
