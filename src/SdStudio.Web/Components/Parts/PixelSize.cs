namespace SdStudio.Web.Components.Parts;

/// <summary>Width and height as text.</summary>
public static class PixelSize
{
    /// <summary>"768 × 768".</summary>
    public static string Text(int width, int height) => $"{width} × {height}";
}
