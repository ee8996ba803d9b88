using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Gallery</c>: where everything that is kept lies.</summary>
public sealed class GalleryOptions
{
    /// <summary>Pictures, thumbnails, database and keys. One folder, so that one folder is backed up.</summary>
    [Required]
    public string Folder { get; set; } = "data";

    /// <summary>Days that a deleted picture stays in the trash.</summary>
    [Range(1, 3650)]
    public int TrashDays { get; set; } = 30;
}
