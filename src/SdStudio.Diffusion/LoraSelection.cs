namespace SdStudio.Diffusion;

/// <summary>A LoRA in a recipe.</summary>
/// <param name="Name">Name in the catalogue, without folder and extension.</param>
/// <param name="Weight">Strength in the UNet; 1 is as trained, negative pushes away.</param>
public sealed record LoraSelection(string Name, float Weight)
{
    /// <summary>Strength in the text encoders, where it is another; null: as in the UNet.</summary>
    public float? TextEncoderWeight { get; init; }
}
