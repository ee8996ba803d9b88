using SdStudio.Diffusion.Imaging;

namespace SdStudio.Web.Generation;

/// <summary>Pixels on their way from the worker to the gallery.</summary>
internal sealed record FinishedPicture(GenerationJob Job, RgbImage Pixels, TimeSpan Duration, string? ModelHash);
