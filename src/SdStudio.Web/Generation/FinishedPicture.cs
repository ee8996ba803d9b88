using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Web.Generation;

/// <summary>Pixels on their way from the worker to the gallery.</summary>
/// <param name="ModelHash">Short hash of the model, when known by now.</param>
/// <param name="LoraHashes">Short hashes of the LoRAs by name, as far as they are known by now.</param>
/// <param name="Trace">On what it was made, and what its latent was on the way.</param>
internal sealed record FinishedPicture(GenerationJob Job, RgbImage Pixels, TimeSpan Duration, string? ModelHash, IReadOnlyDictionary<string, string> LoraHashes, PictureTrace Trace)
{
    /// <summary>Short hashes of the textual inversions that the prompts name, as far as they are known by now.</summary>
    public IReadOnlyDictionary<string, string> EmbeddingHashes { get; init; } = new Dictionary<string, string>();

    public string? VaeHash { get; init; }
}
