using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Prompts</c>: what prompts draw from.</summary>
public sealed class PromptsOptions
{
    /// <summary>Folder of wildcard files, which may be that of another program; a relative one starts at the folder of <c>appsettings.json</c>.</summary>
    [Required]
    public string Wildcards { get; set; } = "wildcards";
}
