namespace SdStudio.Web.Components.Gallery;

/// <summary>What the layout of the grid starts from; all in CSS pixels.</summary>
/// <param name="Width">Width of the grid.</param>
/// <param name="RowHeight">The height rows should come close to.</param>
/// <param name="Gap">Space between pictures, both ways.</param>
/// <param name="HeadingHeight">Height of a month's heading with the space around it.</param>
public readonly record struct JustifiedMeasures(double Width, double RowHeight, double Gap, double HeadingHeight)
{
    private const double PhoneWidth = 640;

    /// <summary>Wide screens get rows of about 190 px with air between them, narrow ones 150 px and closer together.</summary>
    public static JustifiedMeasures For(double width) =>
        width < PhoneWidth ? new(width, 150, 3, 51) : new(width, 190, 6, 58);
}
