using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Models;

/// <summary>A model with all that is known of it.</summary>
/// <param name="File">What the file says, and what people added.</param>
/// <param name="Pictures">How many pictures made with it are kept, those in the trash not counted.</param>
/// <param name="LastUsedAt">When the newest of them was made; null without any.</param>
/// <param name="MadeWith">For <see cref="GalleryQuery.MadeWith"/>: its pictures, under whatever name it made them.</param>
public sealed record ModelEntry(ModelFile File, int Pictures, DateTimeOffset? LastUsedAt, MadeWith MadeWith)
{
    public ModelProfile Profile => File.Profile;
}
