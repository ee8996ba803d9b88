namespace SdStudio.Web.Components.Gallery;

/// <summary>The picture at the upper edge of the window: what must not move when the layout changes.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Past">Pixels of it that lie above the edge.</param>
public sealed record GridAnchor(long Id, double Past);
