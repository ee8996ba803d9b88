using System.Text.Json;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>
/// The temporary files of all downloads, in a hidden folder of the model root: on the same disk, so that what is proven is put in place
/// by a rename. Beside the bytes lies what is needed to go on after a restart.
/// </summary>
public sealed class DownloadFolder
{
    private const string OrderFile = "order.json";
    private const long LargestOrder = 4 << 20;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <param name="modelRoot">Full path of the folder that downloads go to.</param>
    public DownloadFolder(string modelRoot)
    {
        ModelRoot = modelRoot;
        Root = Path.Combine(modelRoot, ".downloads");
    }

    public string ModelRoot { get; }

    private string Root { get; }

    /// <summary>All orders that are not finished, oldest first; damaged ones are passed over.</summary>
    public IReadOnlyList<DownloadOrder> Read()
    {
        if (!Directory.Exists(Root))
        {
            return [];
        }

        return [.. Directory.EnumerateDirectories(Root).Select(ReadOrder).OfType<DownloadOrder>().OrderBy(order => order.AskedAt)];
    }

    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Save(DownloadOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        Directory.CreateDirectory(FolderOf(order));
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(Root, File.GetAttributes(Root) | FileAttributes.Hidden);
        }

        Write(Path.Combine(FolderOf(order), OrderFile), JsonSerializer.SerializeToUtf8Bytes(order, s_json));
    }

    /// <summary>Throws away the order and everything that was received for it.</summary>
    public void Remove(DownloadOrder order)
    {
        if (Directory.Exists(FolderOf(order)))
        {
            Directory.Delete(FolderOf(order), recursive: true);
        }
    }

    /// <summary>Bytes that are already here.</summary>
    public long Received(DownloadOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Enumerable.Range(0, order.Plan.Files.Count).Sum(index => LengthOf(PartOf(order, index)) ?? LengthOf(FinishedOf(order, index)) ?? 0);
    }

    /// <summary>Whether what a plan leads to is in the model folder already.</summary>
    public bool Has(DownloadPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Path.Exists(TargetOf(plan));
    }

    /// <summary>Why a plan cannot be carried out as things are, before anything is fetched: it is there already, or does not fit the disk.</summary>
    /// <returns>For people; null when nothing speaks against it.</returns>
    public string? Complaint(DownloadPlan plan, DownloadSettings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        try
        {
            ThrowIfTaken(plan);
            if (plan.Size is { } size)
            {
                DiskSpace.Check(ModelRoot, size, settings);
            }

            return null;
        }
        catch (DownloadException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Keeps an order to one program: the studio and the command line may have the same folder.</summary>
    /// <returns>Holds it until disposed; null when another has it.</returns>
    internal IDisposable? Take(DownloadOrder order)
    {
        try
        {
            return new FileStream(Path.Combine(FolderOf(order), "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (Directory.Exists(FolderOf(order)))
        {
            return null;
        }
    }

    /// <exception cref="DownloadException">Something stands where the plan's model would go.</exception>
    internal void ThrowIfTaken(DownloadPlan plan)
    {
        if (Has(plan))
        {
            throw new DownloadException($"There already is {plan.Target} in the model folder. Rename or remove it to download it again.") { IsFinal = true };
        }
    }

    /// <summary>Full path of what will be there in the end.</summary>
    internal string TargetOf(DownloadPlan plan) => Path.Combine(ModelRoot, plan.Place, plan.FolderName ?? plan.Files[0].Path);

    internal static long? LengthOf(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : null;

    internal static void Write(string path, byte[] content)
    {
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The bytes of a file that is not proven yet.</summary>
    internal string PartOf(DownloadOrder order, int file) => Path.Combine(FolderOf(order), $"{file}.part");

    /// <summary>What the server said of those bytes: <see cref="PartState"/>.</summary>
    internal string StateOf(DownloadOrder order, int file) => Path.Combine(FolderOf(order), $"{file}.json");

    /// <summary>All proven files, as they will lie in the model's folder.</summary>
    internal string FinishedOf(DownloadOrder order) => Path.Combine(FolderOf(order), "files");

    internal string FinishedOf(DownloadOrder order, int file) =>
        Path.Combine(FinishedOf(order), order.Plan.Files[file].Path.Replace('/', Path.DirectorySeparatorChar));

    private static DownloadOrder? ReadOrder(string folder)
    {
        try
        {
            string file = Path.Combine(folder, OrderFile);
            DownloadOrder? order = LengthOf(file) is null or > LargestOrder ? null : JsonSerializer.Deserialize<DownloadOrder>(File.ReadAllBytes(file), s_json);
            // The file may have been edited or copied: it must lie where it says, and lead nowhere else.
            return order is not null && order.Id == Path.GetFileName(folder) && IsSound(order.Plan) ? order : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    internal static bool IsSound(DownloadPlan plan) =>
        plan is { Files.Count: > 0, Title: not null, Link: not null }
        && ModelPlaces.All.Contains(plan.Place)
        && (plan.FolderName is { } folder ? SafeName.Of(folder) == folder : plan.Files.Count == 1 && !plan.Files[0].Path.Contains('/', StringComparison.Ordinal))
        && plan.Files.All(file => file is { Address.IsAbsoluteUri: true, Path: not null } && SafeName.OfPath(file.Path) is not null);

    private string FolderOf(DownloadOrder order) => Path.Combine(Root, order.Id);
}
