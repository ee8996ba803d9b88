namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// What latents a family works in. Decoders of one space show nonsense in another, and their shapes are alike, so that of a file of its own
/// only its name tells.
/// </summary>
/// <param name="TinyDecoder">What files with a tiny decoder for it are called, see TAESD (github.com/madebyollin/taesd).</param>
/// <param name="Mark">What the names of files that are made for it hold; null where they hold no other space's mark.</param>
public sealed record LatentSpace(string TinyDecoder, string? Mark)
{
    /// <summary>Of Stable Diffusion 1.x and 2.x.</summary>
    public static LatentSpace StableDiffusion { get; } = new("taesd", null);

    /// <summary>Of Stable Diffusion XL and its refiner.</summary>
    public static LatentSpace StableDiffusionXl { get; } = new("taesdxl", "xl");

    /// <summary>The space that a file's name or its metadata point to.</summary>
    internal static LatentSpace Named(params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (text?.Contains(StableDiffusionXl.Mark!, StringComparison.OrdinalIgnoreCase) == true)
            {
                return StableDiffusionXl;
            }
        }

        return StableDiffusion;
    }
}
