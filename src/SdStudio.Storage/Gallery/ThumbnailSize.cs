namespace SdStudio.Storage.Gallery;

/// <summary>Longest side of a thumbnail, in pixels.</summary>
public enum ThumbnailSize
{
    Small = 256,
    Large = 512,
}
