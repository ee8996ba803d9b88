using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Imaging;

/// <summary>
/// The cheapest decoder there is: rgb = latent x factors + bias, one pixel a latent cell, -1..1.
/// Factors are fitted by least squares per model; a model may bring its own in <c>vae/preview.json</c>.
/// </summary>
/// <param name="Factors">[channels, 3], row-major.</param>
/// <param name="Bias">[3]</param>
public sealed record LatentPreview(ImmutableArray<float> Factors, ImmutableArray<float> Bias)
{
    /// <param name="latent">[channels, h, w], scaled as the sampler sees it.</param>
    /// <returns>w x h pixels.</returns>
    public RgbImage Render(Latent latent)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Factors.Length, latent.Channels * 3);

        int cells = latent.Height * latent.Width;
        ReadOnlySpan<float> values = latent.Values;
        byte[] pixels = new byte[cells * 3];
        for (int cell = 0; cell < cells; cell++)
        {
            for (int colour = 0; colour < 3; colour++)
            {
                float sum = Bias[colour];
                for (int channel = 0; channel < latent.Channels; channel++)
                {
                    sum += values[channel * cells + cell] * Factors[channel * 3 + colour];
                }

                // Clamp answers NaN with NaN, and the cast of NaN is 0: a broken latent shows black, it does not throw.
                pixels[cell * 3 + colour] = (byte)MathF.Round((Math.Clamp(sum, -1f, 1f) + 1f) * 127.5f);
            }
        }

        return new RgbImage(latent.Width, latent.Height, pixels);
    }
}
