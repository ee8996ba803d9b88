namespace SdStudio.Storage.Imaging;

/// <summary>How a <see cref="ContactSheet"/> is written.</summary>
public enum SheetFormat
{
    WebP,
    Jpeg,
}
