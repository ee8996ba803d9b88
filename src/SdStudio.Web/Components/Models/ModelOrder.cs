namespace SdStudio.Web.Components.Models;

/// <summary>In which order models are shown; what cannot be used always comes last.</summary>
public enum ModelOrder
{
    Title,

    /// <summary>By the number of pictures.</summary>
    MostUsed,

    /// <summary>By the newest picture.</summary>
    LastUsed,
}
