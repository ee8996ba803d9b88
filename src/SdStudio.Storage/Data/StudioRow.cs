namespace SdStudio.Storage.Data;

/// <summary>This database itself: one row.</summary>
internal sealed class StudioRow
{
    /// <summary>Random; stands in every PNG, so that job numbers of another database are not taken for ours.</summary>
    public required Guid Id { get; set; }
}
