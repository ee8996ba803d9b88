using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// What an inpainting UNet is told beside the latent: the mask, 1 where it is to paint, then the latent of the picture whose masked part is
/// mid-gray (the layout of the first inpainting checkpoint of Stable Diffusion; diffusers, A1111 and ComfyUI feed the same). Where there are
/// only words, all is masked: the whole picture is gray.
/// </summary>
internal sealed class MaskedPicture(LoadedModel model)
{
    private const int MaskChannels = 1;

    private Checkpoint? _vae;
    private Latent? _empty;

    /// <summary>How many channels stand beside those of the latent itself.</summary>
    public static int ChannelsBeside(int latentChannels) => MaskChannels + latentChannels;

    /// <param name="mask">[1, h, w]; 1 is painted, 0 is kept.</param>
    /// <param name="picture">[c, h, w], encoded and scaled.</param>
    /// <returns>[1 + c, h, w]</returns>
    public static Latent Of(Latent mask, Latent picture) => mask.Beside(picture);

    /// <summary>The one of an empty picture, encoded once for each size in a row.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <returns>Null for a model that is told nothing.</returns>
    /// <exception cref="DiffusionException">The VAE cannot encode.</exception>
    public Latent? Empty(int width, int height, CancellationToken cancellationToken)
    {
        if (!model.Checkpoint.Family.IsInpainting)
        {
            return null;
        }

        int factor = model.VaeOrigin.VaeLayout.Factor;
        (int latentWidth, int latentHeight) = (width / factor, height / factor);
        if (_empty is null || _vae != model.VaeOrigin || (_empty.Width, _empty.Height) != (latentWidth, latentHeight))
        {
            using VaeEncoder encoder = model.OpenVaeEncoder();
            Latent picture = encoder.EncodeGray(width, height, cancellationToken) * model.VaeOrigin.VaeSettings.ScalingFactor;
            float[] whole = new float[latentWidth * latentHeight];
            Array.Fill(whole, 1);
            (_empty, _vae) = (Of(new Latent(MaskChannels, latentHeight, latentWidth, whole), picture), model.VaeOrigin);
        }

        return _empty;
    }
}
