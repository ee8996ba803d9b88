namespace SdStudio.Diffusion.Imaging;

/// <summary>Pixels as networks write them: one float plane a colour, -1 to 1.</summary>
internal static class PlanarImage
{
    /// <param name="planes">[3, height, width]; values outside -1..1 are clamped.</param>
    public static RgbImage ToRgb(ReadOnlySpan<float> planes, int width, int height)
    {
        int count = width * height;
        byte[] pixels = new byte[count * 3];
        for (int colour = 0; colour < 3; colour++)
        {
            ReadOnlySpan<float> plane = planes.Slice(colour * count, count);
            for (int i = 0; i < plane.Length; i++)
            {
                pixels[i * 3 + colour] = (byte)MathF.Round((Math.Clamp(plane[i], -1f, 1f) + 1f) * 127.5f);
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
