using SdStudio.Diffusion.Imaging;

namespace SdStudio.Web.Generation;

/// <summary>Pixels on their way from the worker to the gallery.</summary>
/// <param name="ModelHash">Short hash of the model, when known by now.</param>
/// <param name="LoraHashes">Short hashes of the LoRAs by name, as far as they are known by now.</param>
internal sealed record FinishedPicture(GenerationJob Job, RgbImage Pixels, TimeSpan Duration, string? ModelHash, IReadOnlyDictionary<string, string> LoraHashes);
