namespace SdStudio.Storage.Models.Downloads;

/// <summary>What a link leads to and where it would go: shown before anything is fetched.</summary>
public sealed record DownloadPlan
{
    /// <summary>For people: the model's name.</summary>
    public required string Title { get; init; }

    /// <summary>The link as it was given.</summary>
    public required string Link { get; init; }

    /// <summary>Which of several things behind one link this is: "as a folder", "v1-5-pruned.safetensors".</summary>
    public required string Choice { get; init; }

    /// <summary>One of <see cref="ModelPlaces.All"/>.</summary>
    public required string Place { get; init; }

    /// <summary>A folder of that name is made for the files; null for a single file.</summary>
    public string? FolderName { get; init; }

    public required IReadOnlyList<PlannedFile> Files { get; init; }

    /// <summary>As its site writes it; null when nobody said.</summary>
    public string? Licence { get; init; }

    /// <summary>What else to know before it starts: base model, words that trigger a LoRA, a login that is needed.</summary>
    public string? Note { get; init; }

    /// <summary>Bytes of all files; null when a size is not known.</summary>
    public long? Size => Files.All(file => file.Size is not null) ? Files.Sum(file => file.Size) : null;

    /// <summary>The same, with a hash that somebody knows.</summary>
    /// <exception cref="DownloadException">There are several files, or its site says another hash.</exception>
    public DownloadPlan WithHash(string sha256)
    {
        if (Files.Count > 1)
        {
            throw new DownloadException("A SHA-256 belongs to one file, and this is a folder of them.") { IsFinal = true };
        }

        return Files[0].Sha256 is null || Files[0].Sha256 == sha256
            ? this with { Files = [Files[0] with { Sha256 = sha256 }] }
            : throw new DownloadException($"Its site says the SHA-256 is {Files[0].Sha256}, not the one that was given. Look at the link again.") { IsFinal = true };
    }

    /// <summary>Where it will lie, from the model folder on, with '/'.</summary>
    public string Target => $"{Place}/{FolderName ?? Files[0].Path}";
}
