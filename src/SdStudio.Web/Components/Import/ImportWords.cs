using SdStudio.Storage.Import;
using SdStudio.Web.Components.Get;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Imports;

namespace SdStudio.Web.Components.Import;

/// <summary>How far an import is, in words.</summary>
internal static class ImportWords
{
    /// <summary>"1 204 of 98 310 pictures looked at · 1 180 came in, 20 were here already, 4 cannot be read".</summary>
    public static string Counts(ImportEntry entry)
    {
        FolderImport import = entry.Import;
        if (import.Total is not { } total)
        {
            return entry.IsRunning ? "Counting the pictures" : "Waits for its turn";
        }

        string seen = import.State == ImportState.Done ? Count.Of(total, "picture") : $"{Count.Text(import.Seen)} of {Count.Of(total, "picture")} looked at";
        string[] parts =
        [
            .. import.Added > 0 || import.State == ImportState.Done ? [$"{Count.Text(import.Added)} came in"] : Array.Empty<string>(),
            .. import.Known > 0 ? [$"{Count.Text(import.Known)} {(import.Known == 1 ? "was" : "were")} here already"] : Array.Empty<string>(),
            .. import.Unreadable > 0 ? [$"{Count.Text(import.Unreadable)} cannot be read"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? seen : $"{seen} · {string.Join(", ", parts)}";
    }

    /// <summary>What happens next, or why nothing does.</summary>
    public static string Outlook(ImportEntry entry) => entry.Import switch
    {
        { State: ImportState.Done, Copies: true } => "Copied into the studio's folder",
        { State: ImportState.Done } => "The pictures are where they were",
        { State: ImportState.Cancelled } => "Cancelled. What came in stays.",
        { State: ImportState.Failed, Problem: { } problem } => problem,
        _ when !entry.IsRunning => "Waits for its turn.",
        _ when entry.Left is { } left => $"{DownloadWords.Left(left)} It steps aside while pictures are made.",
        _ => "It steps aside while pictures are made.",
    };
}
