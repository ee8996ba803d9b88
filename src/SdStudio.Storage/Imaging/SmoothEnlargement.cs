using System.Numerics.Tensors;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>
/// Enlarges tiny pictures with the cubic of Mitchell and Netravali 1988 ("Reconstruction filters in computer graphics", B = C = 1/3):
/// a latent's cell becomes sixteen pixels wide, where sharper kernels show the grid and softer ones nothing at all.
/// </summary>
internal static class SmoothEnlargement
{
    private const int Taps = 4;

    public static RgbImage To(RgbImage image, int width, int height)
    {
        (int[] columns, float[] columnWeights) = Kernel(image.Width, width);
        (int[] rows, float[] rowWeights) = Kernel(image.Height, height);
        float[] wide = Widen(image, width, columns, columnWeights);  // [h, width, 3]

        int stride = width * 3;
        byte[] pixels = new byte[stride * height];
        float[] sum = new float[stride];
        for (int y = 0; y < height; y++)
        {
            // ConvertSaturating cuts, so a half is added first to round.
            sum.AsSpan().Fill(0.5f);
            for (int tap = 0; tap < Taps; tap++)
            {
                int i = y * Taps + tap;
                TensorPrimitives.MultiplyAdd(wide.AsSpan(rows[i] * stride, stride), rowWeights[i], sum, sum);
            }

            TensorPrimitives.ConvertSaturating<float, byte>(sum, pixels.AsSpan(y * stride, stride));
        }

        return new RgbImage(width, height, pixels);
    }

    private static float[] Widen(RgbImage image, int width, int[] columns, float[] weights)
    {
        ReadOnlySpan<byte> pixels = image.Pixels.Span;
        float[] wide = new float[image.Height * width * 3];
        int position = 0;
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice(y * image.Width * 3, image.Width * 3);
            for (int x = 0; x < width; x++)
            {
                float red = 0, green = 0, blue = 0;
                for (int i = x * Taps; i < (x + 1) * Taps; i++)
                {
                    int source = columns[i] * 3;
                    float weight = weights[i];
                    red += row[source] * weight;
                    green += row[source + 1] * weight;
                    blue += row[source + 2] * weight;
                }

                wide[position++] = red;
                wide[position++] = green;
                wide[position++] = blue;
            }
        }

        return wide;
    }

    /// <summary>For every new pixel the four old ones around it (edges repeated) and their weights, which sum to 1.</summary>
    private static (int[] Indices, float[] Weights) Kernel(int from, int to)
    {
        int[] indices = new int[to * Taps];
        float[] weights = new float[to * Taps];
        float scale = (float)from / to;
        for (int i = 0; i < to; i++)
        {
            float centre = (i + 0.5f) * scale - 0.5f;
            int first = (int)MathF.Floor(centre) - 1;
            for (int tap = 0; tap < Taps; tap++)
            {
                indices[i * Taps + tap] = Math.Clamp(first + tap, 0, from - 1);
                weights[i * Taps + tap] = Mitchell(MathF.Abs(centre - (first + tap)));
            }
        }

        return (indices, weights);
    }

    private static float Mitchell(float x) => x switch
    {
        < 1 => (7 * x * x * x - 12 * x * x + 16f / 3) / 6,
        < 2 => (-7f / 3 * x * x * x + 12 * x * x - 20 * x + 32f / 3) / 6,
        _ => 0,
    };
}
