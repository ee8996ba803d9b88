namespace SdStudio.Web.Components.Gallery;

/// <summary>A filter beside the gallery, with the number of pictures it would show.</summary>
/// <param name="Term">The condition it adds or takes away.</param>
/// <param name="Name">What stands on it.</param>
/// <param name="Count">Pictures in the current search with this condition.</param>
public sealed record GalleryFacet(SearchTerm Term, string Name, int Count);
