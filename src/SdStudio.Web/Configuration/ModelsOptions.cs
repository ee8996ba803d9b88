using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Models</c>: where checkpoints and LoRAs are looked for.</summary>
public sealed class ModelsOptions
{
    /// <summary>
    /// Folders, searched with all their subfolders; relative ones start at the folder of <c>appsettings.json</c>. The folder of another program
    /// (A1111 or Forge, ComfyUI, InvokeAI, StabilityMatrix) stands for the folders of its models.
    /// </summary>
    [Required, MinLength(1)]
    public IList<string> Roots { get; set; } = ["models"];

    /// <summary>Whether changes in the folders are noticed while the program runs.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>How often all folders are looked through even without notice of a change, minutes.</summary>
    [Range(1, 1440)]
    public int RescanMinutes { get; set; } = 10;
}
