namespace SdStudio.Storage.Data;

/// <summary>A picture was made with a LoRA of this name.</summary>
internal sealed class PictureLoraRow
{
    public required string Lora { get; set; }

    public long PictureId { get; set; }
}
