using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Web.Downloads;

/// <summary>One line of the download queue; a snapshot.</summary>
/// <param name="Order">What was asked for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Received">Bytes that are here.</param>
/// <param name="Progress">While it runs; null otherwise.</param>
/// <param name="Path">Full path of the file or folder once it is in place; null before.</param>
public sealed record DownloadEntry(DownloadOrder Order, DownloadState State, long Received, DownloadProgress? Progress = null, string? Path = null)
{
    public string Id => Order.Id;

    public DownloadPlan Plan => Order.Plan;

    /// <summary>Why it failed, for the owner; null otherwise.</summary>
    public string? Problem => State == DownloadState.Failed ? Order.Problem : null;

    /// <summary>0 to 100; null while the size is not known.</summary>
    public int? Percent => State == DownloadState.Done ? 100
        : Progress is not null ? Progress.Percent
        : Plan.Size is > 0 and var size ? (int)Math.Clamp(100 * (double)Received / size, 0, 100)
        : null;
}
