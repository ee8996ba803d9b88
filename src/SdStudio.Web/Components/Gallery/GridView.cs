namespace SdStudio.Web.Components.Gallery;

/// <summary>What of the grid is in view, as the browser measured it; CSS pixels.</summary>
/// <param name="Top">Where the upper edge of the window lies, from the top of the grid; negative above it.</param>
/// <param name="Height">How much is seen.</param>
/// <param name="Width">Width of the grid.</param>
public sealed record GridView(double Top, double Height, double Width);
