namespace SdStudio.Web.Components.Gallery;

/// <summary>What the grid says about a picture besides showing it.</summary>
/// <param name="Prompt">The picture's words, which are its alternative text.</param>
public readonly record struct PictureCaption(string Prompt, bool IsFavourite);
