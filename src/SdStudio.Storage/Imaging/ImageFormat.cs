namespace SdStudio.Storage.Imaging;

/// <summary>The formats in which pictures come and go. Told by their first bytes, never by a name.</summary>
public enum ImageFormat
{
    Png,
    Jpeg,
    WebP,
    Avif,
    Gif,
}
