namespace SdStudio.Web.Components.Parts;

/// <summary>How the machine is.</summary>
public enum HealthState
{
    /// <summary>Nothing runs; a picture would start at once.</summary>
    Ready,

    /// <summary>Something runs or loads.</summary>
    Busy,

    /// <summary>Something is wrong that somebody has to look at.</summary>
    Unwell,
}
