namespace SdStudio.Storage.Gallery;

/// <summary>How much a name of a checkpoint or LoRA was used.</summary>
/// <param name="Pictures">Pictures made with it that are kept, those in the trash not counted.</param>
/// <param name="LastUsedAt">When the newest of them was made.</param>
public sealed record ModelUsage(int Pictures, DateTimeOffset LastUsedAt);
