using SdStudio.Storage.Import;

namespace SdStudio.Web.Imports;

/// <summary>One line of the imports; a snapshot.</summary>
/// <param name="IsRunning">Whether it is at work now; others wait for their turn, or have ended.</param>
/// <param name="Left">How long it may still take; null while nobody can tell.</param>
public sealed record ImportEntry(FolderImport Import, bool IsRunning, TimeSpan? Left)
{
    public long Id => Import.Id;

    /// <summary>0 to 100; null before its pictures were counted.</summary>
    public int? Percent => Import.State == ImportState.Done ? 100
        : Import.Total is { } total ? total == 0 ? 100 : (int)Math.Clamp(100L * Import.Seen / total, 0, 100)
        : null;
}
