namespace SdStudio.Diffusion.Imaging;

/// <summary>How far two pictures of the same size are apart, in numbers and for the eye.</summary>
/// <param name="LargestDifference">Of any channel of any pixel, 0 to 255.</param>
/// <param name="MeanDifference">Of all channels of all pixels, 0 to 255.</param>
/// <param name="Similarity">
/// Structural similarity of the lightness (Wang et al. 2004), mean over windows of 8 x 8 pixels, four apart; 1 for the same picture, about 0 for
/// two that have nothing to do with each other.
/// </param>
/// <param name="ColourDifference">
/// CIE 1976 ΔE that 99 % of the patches of 4 x 4 pixels stay below. Patches, since single pixels are below what the eye resolves at arm's length.
/// </param>
/// <param name="LargestColourDifference">The largest ΔE of a patch.</param>
/// <param name="ChangedPixels">How many pixels differ at all.</param>
public sealed record PictureDistance(
    int LargestDifference, double MeanDifference, double Similarity, double ColourDifference, double LargestColourDifference, int ChangedPixels)
{
    private const int Window = 8, Stride = 4, Patch = 4;

    /// <summary>SSIM's constants for lightness from 0 to 255.</summary>
    private const double C1 = 0.01 * 255 * 0.01 * 255, C2 = 0.03 * 255 * 0.03 * 255;

    private static readonly double[] s_linear = [.. Enumerable.Range(0, 256).Select(value => Linear(value / 255.0))];

    /// <summary>Of a picture from itself.</summary>
    public static PictureDistance None { get; } = new(0, 0, 1, 0, 0, 0);

    /// <returns>Null where their sizes differ: then there is nothing to compare point by point.</returns>
    public static PictureDistance? Between(RgbImage a, RgbImage b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Width != b.Width || a.Height != b.Height)
        {
            return null;
        }

        ReadOnlySpan<byte> first = a.Pixels.Span, second = b.Pixels.Span;
        if (first.SequenceEqual(second))
        {
            return None;
        }

        (int largest, long sum, int changed) = (0, 0, 0);
        for (int i = 0; i < first.Length; i += 3)
        {
            int red = Math.Abs(first[i] - second[i]), green = Math.Abs(first[i + 1] - second[i + 1]), blue = Math.Abs(first[i + 2] - second[i + 2]);
            largest = Math.Max(largest, Math.Max(red, Math.Max(green, blue)));
            sum += red + green + blue;
            changed += red + green + blue > 0 ? 1 : 0;
        }

        double[] colours = ColourDifferences(a, b);
        Array.Sort(colours);
        return new PictureDistance(largest, (double)sum / first.Length, Structure(a, b), colours[(int)(0.99 * (colours.Length - 1))], colours[^1], changed);
    }

    private static double Structure(RgbImage a, RgbImage b)
    {
        float[] first = Lightness(a), second = Lightness(b);
        (int width, int height) = (Math.Min(Window, a.Width), Math.Min(Window, a.Height));
        (double total, int windows) = (0, 0);
        for (int y = 0; y <= a.Height - height; y += Stride)
        {
            for (int x = 0; x <= a.Width - width; x += Stride)
            {
                total += Similar(first, second, (y * a.Width) + x, a.Width, width, height);
                windows++;
            }
        }

        return total / windows;
    }

    /// <summary>Equation 13 of the paper, with plain windows instead of Gaussian ones.</summary>
    private static double Similar(float[] first, float[] second, int at, int row, int width, int height)
    {
        (double sumA, double sumB, double sumAA, double sumBB, double sumAB) = (0, 0, 0, 0, 0);
        for (int y = 0; y < height; y++)
        {
            for (int i = at + (y * row); i < at + (y * row) + width; i++)
            {
                (double p, double q) = (first[i], second[i]);
                sumA += p;
                sumB += q;
                sumAA += p * p;
                sumBB += q * q;
                sumAB += p * q;
            }
        }

        double n = width * height, meanA = sumA / n, meanB = sumB / n;
        double varianceA = (sumAA / n) - (meanA * meanA), varianceB = (sumBB / n) - (meanB * meanB), covariance = (sumAB / n) - (meanA * meanB);
        return ((2 * meanA * meanB) + C1) * ((2 * covariance) + C2) / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2));
    }

    private static float[] Lightness(RgbImage picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels.Span;
        float[] lightness = new float[picture.Width * picture.Height];
        for (int i = 0; i < lightness.Length; i++)
        {
            // ITU-R BT.601, as in the paper's own code.
            lightness[i] = (0.299f * pixels[3 * i]) + (0.587f * pixels[(3 * i) + 1]) + (0.114f * pixels[(3 * i) + 2]);
        }

        return lightness;
    }

    private static double[] ColourDifferences(RgbImage a, RgbImage b)
    {
        int across = (a.Width + Patch - 1) / Patch, down = (a.Height + Patch - 1) / Patch;
        double[] differences = new double[across * down];
        for (int y = 0; y < down; y++)
        {
            for (int x = 0; x < across; x++)
            {
                (double l1, double a1, double b1) = PatchColour(a, x * Patch, y * Patch);
                (double l2, double a2, double b2) = PatchColour(b, x * Patch, y * Patch);
                differences[(y * across) + x] = Math.Sqrt(((l1 - l2) * (l1 - l2)) + ((a1 - a2) * (a1 - a2)) + ((b1 - b2) * (b1 - b2)));
            }
        }

        return differences;
    }

    /// <summary>CIE L*a*b* of the light of a patch, under D65.</summary>
    private static (double L, double A, double B) PatchColour(RgbImage picture, int left, int top)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels.Span;
        int right = Math.Min(left + Patch, picture.Width), bottom = Math.Min(top + Patch, picture.Height);
        (double red, double green, double blue) = (0, 0, 0);
        for (int y = top; y < bottom; y++)
        {
            for (int i = 3 * ((y * picture.Width) + left); i < 3 * ((y * picture.Width) + right); i += 3)
            {
                red += s_linear[pixels[i]];
                green += s_linear[pixels[i + 1]];
                blue += s_linear[pixels[i + 2]];
            }
        }

        double n = (right - left) * (bottom - top);
        (red, green, blue) = (red / n, green / n, blue / n);
        double x = Curve(((0.4124564 * red) + (0.3575761 * green) + (0.1804375 * blue)) / 0.95047);
        double yy = Curve((0.2126729 * red) + (0.7151522 * green) + (0.0721750 * blue));
        double z = Curve(((0.0193339 * red) + (0.1191920 * green) + (0.9503041 * blue)) / 1.08883);
        return ((116 * yy) - 16, 500 * (x - yy), 200 * (yy - z));
    }

    private static double Curve(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : ((24389.0 / 27 * t) + 16) / 116;

    private static double Linear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
}
