namespace SdStudio.Storage.Models;

/// <summary>How patiently the model folders are watched.</summary>
/// <param name="Poll">How often all is looked through without notice.</param>
public sealed record ModelWatchSettings(TimeSpan Poll)
{
    /// <summary>How long nothing may change before a scan begins.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After which a scan begins although changes go on.</summary>
    public TimeSpan LongestDebounce { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a file must not have changed before it is read.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(3);
}
