using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Models</c>: where checkpoints and LoRAs are looked for.</summary>
public sealed class ModelsOptions
{
    /// <summary>Folders, searched with all their subfolders; relative ones start at the folder of <c>appsettings.json</c>.</summary>
    [Required, MinLength(1)]
    public IList<string> Roots { get; set; } = ["models"];
}
