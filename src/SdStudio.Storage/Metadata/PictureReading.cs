using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata;

/// <summary>What came of looking at a picture, or at a text: always an answer, never an exception.</summary>
/// <param name="Format">Null for a text.</param>
/// <param name="Width">Pixels; 0 where it is not known.</param>
/// <param name="Height">Pixels; 0 where it is not known.</param>
/// <param name="Recipe">Null where nothing was understood.</param>
/// <param name="Problem">Why nothing was understood, for people; null where something was.</param>
public sealed record PictureReading(ImageFormat? Format, int Width, int Height, ReadRecipe? Recipe, string? Problem);
