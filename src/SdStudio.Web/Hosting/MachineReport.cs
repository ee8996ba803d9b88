using System.Reflection;
using SdStudio.Diffusion.Inference;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Hosting;

/// <summary>What "About this machine" tells. No paths: everyone at home may read it.</summary>
public sealed class MachineReport(GalleryPaths paths)
{
    private static readonly (string Name, string Folder)[] s_folders =
        [("Pictures", "pictures"), ("Thumbnails", "thumbnails"), ("Films", "films")];

    /// <summary>What runs the networks, and why nothing faster; null in the first moments after the start, or with <see cref="DeviceProblem"/>.</summary>
    public DeviceReport? Device { get; internal set; }

    /// <summary>Why the wanted device cannot be used, for people.</summary>
    public string? DeviceProblem { get; internal set; }

    /// <summary>Such as "0.1.0".</summary>
    public string Version { get; } =
        typeof(MachineReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    public int Cores => Environment.ProcessorCount;

    /// <summary>Bytes that this program holds now.</summary>
    public long MemoryInUse => Environment.WorkingSet;

    /// <summary>Bytes of this machine, or of the container it runs in.</summary>
    public long MemoryInAll => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Bytes free on the disk that keeps the pictures; null when it cannot be asked.</summary>
    public long? DiskFree()
    {
        try
        {
            return new DriveInfo(paths.Root).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Bytes of what is kept, by kind. Walks the folders, so it takes a moment for a large gallery.</summary>
    public Task<IReadOnlyList<(string Name, long Bytes)>> SizesAsync(CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<(string Name, long Bytes)>>(() => Sizes(cancellationToken), cancellationToken);

    private List<(string Name, long Bytes)> Sizes(CancellationToken cancellationToken)
    {
        List<(string Name, long Bytes)> sizes = [.. s_folders.Select(kind => (kind.Name, SizeOf(Path.Combine(paths.Root, kind.Folder), "*", SearchOption.AllDirectories, cancellationToken)))];
        sizes.Add(("Database", SizeOf(paths.Root, "studio.db*", SearchOption.TopDirectoryOnly, cancellationToken)));
        return sizes;
    }

    private static long SizeOf(string folder, string pattern, SearchOption depth, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        long bytes = 0;
        EnumerationOptions options = new() { RecurseSubdirectories = depth == SearchOption.AllDirectories, IgnoreInaccessible = true };
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles(pattern, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += file.Length;
        }

        return bytes;
    }
}
