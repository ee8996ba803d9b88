namespace SdStudio.Storage.Models.Downloads;

/// <summary>A download that was asked for, as it is kept on disk until it is finished or cancelled.</summary>
public sealed record DownloadOrder
{
    /// <summary>32 hexadecimal digits; also the name of its folder of temporary files.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required DownloadPlan Plan { get; init; }

    /// <summary>Why it stands still until somebody tries again; null: it waits or runs.</summary>
    public string? Problem { get; init; }

    /// <summary>Somebody made it stand still until they say otherwise.</summary>
    public bool IsPaused { get; init; }

    public static DownloadOrder Of(DownloadPlan plan, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new DownloadOrder { Id = Guid.NewGuid().ToString("N"), AskedAt = time.GetUtcNow(), Plan = plan };
    }
}
