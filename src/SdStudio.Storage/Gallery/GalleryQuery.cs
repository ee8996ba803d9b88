namespace SdStudio.Storage.Gallery;

/// <summary>What to look for; everything set must hold.</summary>
/// <param name="Words">Words in prompt or negative prompt, any order; quoted before they reach the full-text index.</param>
public sealed record GalleryQuery(
    string? Words = null,
    string? Checkpoint = null,
    string? Lora = null,
    bool FavouritesOnly = false,
    bool Trash = false,
    string? Owner = null)
{
    /// <summary>Only pictures made with this model, under any of its names; null does not ask.</summary>
    public MadeWith? MadeWith { get; init; }

    /// <summary>A second model that must have had part in it, such as a LoRA beside a checkpoint.</summary>
    public MadeWith? AndWith { get; init; }
}
