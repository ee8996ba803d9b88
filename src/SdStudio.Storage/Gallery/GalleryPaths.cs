namespace SdStudio.Storage.Gallery;

/// <summary>Where everything that is kept lies: one folder, so that one folder is backed up.</summary>
/// <param name="Root">Full path; holds <c>studio.db</c>, <c>pictures/</c>, <c>thumbnails/</c>.</param>
public sealed record GalleryPaths(string Root);
