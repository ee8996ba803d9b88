namespace SdStudio.Web.Components.Plots;

/// <summary>One axis while it is being written.</summary>
public sealed class AxisInput
{
    /// <summary>Key of the field; empty for no axis.</summary>
    public string Field { get; set; } = "";

    /// <summary>The values as they are written.</summary>
    public string Text { get; set; } = "";
}
