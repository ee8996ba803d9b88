using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Web.Generation;

/// <summary>
/// Chooses how a step is shown: by linear factors at first, and sharply as soon and as often as that leaves the picture its time. Once a picture was
/// shown sharply it stays so, and steps in between are left out rather than shown blurred again. Belongs to the pump's thread.
/// </summary>
internal sealed class PreviewPainter(TimeProvider time)
{
    private object? _picture;
    private (ISharpPreview? By, int Cells) _measured;
    private TimeSpan _rest;
    private long _since;
    private bool _isSharp;

    /// <param name="picture">Whatever stands for the picture; another one begins anew.</param>
    /// <param name="step">0 is noise, which nothing makes sharp.</param>
    /// <returns>Null: this step is left out.</returns>
    public RgbImage? Paint(object picture, int step, LatentPreview linear, ISharpPreview? sharp, Latent latent)
    {
        if (!ReferenceEquals(picture, _picture))
        {
            (_picture, _isSharp, _since) = (picture, false, time.GetTimestamp());
        }

        if (sharp is null || step == 0 || !sharp.Prepare())
        {
            return linear.Render(latent);
        }

        if (_measured != (sharp, latent.Width * latent.Height))
        {
            (_measured, _rest) = ((sharp, latent.Width * latent.Height), TimeSpan.Zero);
        }

        if (time.GetElapsedTime(_since) < _rest)
        {
            return _isSharp ? null : linear.Render(latent);
        }

        long began = time.GetTimestamp();
        if (sharp.Render(latent) is not { } image)
        {
            return linear.Render(latent);
        }

        (_since, _isSharp) = (time.GetTimestamp(), true);
        _rest = sharp.RestAfter(time.GetElapsedTime(began));
        return image;
    }
}
