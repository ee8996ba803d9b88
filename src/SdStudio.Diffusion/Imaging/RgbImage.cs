namespace SdStudio.Diffusion.Imaging;

/// <summary>Pixels in memory: eight bits a channel, red, green, blue interleaved, row by row from the top.</summary>
public sealed class RgbImage
{
    /// <param name="pixels">[height, width, 3]; owned by the image from here on.</param>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, checked(width * height * 3));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlyMemory<byte> Pixels { get; }
}
