using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Layout;

/// <summary>The three places of the studio, for the bar and for the tabs.</summary>
internal static class Places
{
    public static IReadOnlyList<Place> All { get; } =
    [
        new("Create", "/", Glyph.Create, ["/plot", "/plots", "/styles", "/wildcards"]),
        new("Gallery", "/gallery", Glyph.Gallery, ["/picture", "/trash", "/import"]),
        new("Models", "/models", Glyph.Models, []),
    ];
}
