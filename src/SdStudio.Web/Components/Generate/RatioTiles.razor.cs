using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SdStudio.Web.Components.Generate;

/// <summary>The shape of the picture: four with a name, or two numbers.</summary>
public sealed partial class RatioTiles : ComponentBase
{
    private readonly string _id = $"size-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required SizeLimits Limits { get; set; }

    /// <summary>Pixels.</summary>
    [Parameter, EditorRequired]
    public int Width { get; set; }

    /// <summary>Pixels.</summary>
    [Parameter, EditorRequired]
    public int Height { get; set; }

    /// <summary>Shows the two numbers even where they are those of a tile.</summary>
    [Parameter]
    public bool Advanced { get; set; }

    [Parameter]
    public EventCallback<(int Width, int Height)> OnChoose { get; set; }

    [Parameter]
    public string? WidthMessage { get; set; }

    [Parameter]
    public string? HeightMessage { get; set; }

    private bool FreeSize => Advanced || Ratio.For(Limits).All(ratio => ratio.Width != Width || ratio.Height != Height);

    /// <summary>The tile's little frame: 26 pixels on its longer side.</summary>
    private static string Outline(Ratio ratio)
    {
        const double Longest = 26;
        double scale = Longest / Math.Max(ratio.Width, ratio.Height);
        return string.Create(CultureInfo.InvariantCulture, $"width:{Math.Round(ratio.Width * scale)}px;height:{Math.Round(ratio.Height * scale)}px");
    }

    private Task TypeAsync(ChangeEventArgs e, bool isWidth)
    {
        if (!int.TryParse(e.Value as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out int side))
        {
            return OnChoose.InvokeAsync((Width, Height));
        }

        return OnChoose.InvokeAsync(isWidth ? (side, Height) : (Width, side));
    }
}
