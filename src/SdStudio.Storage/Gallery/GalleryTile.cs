namespace SdStudio.Storage.Gallery;

/// <summary>What laying out the whole gallery needs of one picture: little enough to hold 100,000 of them.</summary>
public readonly record struct GalleryTile(long Id, int Width, int Height, DateTimeOffset CreatedAt);
