namespace SdStudio.Web.Components.Layout;

/// <summary>Which lights are on, as chosen in this browser.</summary>
public enum ThemeChoice
{
    /// <summary>As the system has it.</summary>
    System,
    Dark,
    Light,
}
