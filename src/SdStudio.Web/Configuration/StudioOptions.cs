using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Studio</c>: how it is called.</summary>
public sealed class StudioOptions
{
    /// <summary>Stands in the bar, in the browser's tab and on shared pictures.</summary>
    [Required, StringLength(40)]
    public string Name { get; set; } = "SdStudio";
}
