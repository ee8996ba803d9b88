using NetVips;

namespace SdStudio.Storage.Imaging;

/// <summary>The steps of a denoising side by side in one WebP: one request shows them all.</summary>
internal static class FilmStrip
{
    /// <summary>WebP ends at 16,383 pixels; sixty frames of 256 fit.</summary>
    public const int MaximumFrames = 60;

    /// <param name="frames">Encoded previews of one size, first to last; longer films are thinned out evenly, with the first and the last kept.</param>
    /// <returns>The strip and how many frames it holds, or null when there is nothing to show.</returns>
    /// <exception cref="VipsException">A frame is damaged.</exception>
    public static (byte[] Webp, int Frames)? Encode(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        if (frames.Count == 0)
        {
            return null;
        }

        int count = Math.Min(frames.Count, MaximumFrames);
        var images = new List<Image>(count);
        try
        {
            for (int i = 0; i < count; i++)
            {
                int index = count == 1 ? 0 : (int)((long)i * (frames.Count - 1) / (count - 1));
                Image frame = Vips.Open(frames[index].Span);
                images.Add(frame);
            }

            // The last frame is the nearest to the picture; a frame of another size would shift all behind it.
            (int width, int height) = (images[^1].Width, images[^1].Height);
            Image[] alike = [.. images.Where(image => image.Width == width && image.Height == height)];
            using Image strip = Image.Arrayjoin(alike, across: alike.Length);
            return (Thumbnails.Save(strip), alike.Length);
        }
        finally
        {
            images.ForEach(image => image.Dispose());
        }
    }

    /// <summary>How many frames a strip holds, from its size and the picture's shape.</summary>
    public static int CountFrames(string path, int pictureWidth, int pictureHeight)
    {
        using Image strip = Vips.Open(path);
        double frameWidth = (double)strip.Height * pictureWidth / pictureHeight;
        return Math.Clamp((int)Math.Round(strip.Width / frameWidth), 1, MaximumFrames);
    }
}
