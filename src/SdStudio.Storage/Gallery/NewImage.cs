using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Gallery;

/// <summary>A picture on its way into the gallery.</summary>
/// <param name="JobId">The job that made it: a job's picture is stored once, however often saving is tried.</param>
/// <param name="ModelHash">Short hash of the model file for the "parameters" text, when known.</param>
/// <param name="LoraHashes">Short hashes of its LoRAs by name, as far as they are known.</param>
/// <param name="Film">Encoded preview frames (JPEG), first to last; empty when nobody watched.</param>
public sealed record NewImage(
    long JobId,
    ImageRecipe Recipe,
    RgbImage Pixels,
    DateTimeOffset CreatedAt,
    TimeSpan Duration,
    string Owner,
    long? ParentId,
    string? ModelHash,
    IReadOnlyList<ReadOnlyMemory<byte>> Film,
    IReadOnlyDictionary<string, string>? LoraHashes = null)
{
    /// <summary>Short hashes of the textual inversions that the prompts name, by that name, as far as they are known.</summary>
    public IReadOnlyDictionary<string, string>? EmbeddingHashes { get; init; }

    /// <summary>Short hash of the chosen VAE, when known.</summary>
    public string? VaeHash { get; init; }

    /// <summary>The cell of a plot that it fills; null for a picture on its own.</summary>
    public PlotCell? Plot { get; init; }

    /// <summary>On what it was made, and what its latent was on the way; null where that is not known.</summary>
    public PictureTrace? Trace { get; init; }
}
