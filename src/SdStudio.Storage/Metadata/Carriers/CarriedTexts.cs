using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>What a picture's file carries besides pixels.</summary>
/// <param name="Width">Pixels; 0 where the file does not say it plainly.</param>
/// <param name="Height">Pixels; 0 where the file does not say it plainly.</param>
/// <param name="Texts">Keyword and text, in the order of the file. A text that has no keyword of its own, such as an EXIF comment, has the name of its field.</param>
internal sealed record CarriedTexts(ImageFormat Format, int Width, int Height, IReadOnlyList<KeyValuePair<string, string>> Texts)
{
    /// <summary>Keyword of an EXIF user comment.</summary>
    public const string UserComment = "UserComment";

    /// <summary>The first text of this keyword; null when there is none.</summary>
    public string? this[string keyword] => Texts.FirstOrDefault(text => text.Key == keyword).Value;
}
