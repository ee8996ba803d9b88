using NetVips;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>The door to libvips: whoever comes through it finds the library set up.</summary>
internal static class Vips
{
    static Vips()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException("The image library libvips could not be loaded on this machine. Restore the packages for this platform and start again.", ModuleInitializer.Exception);
        }

        // Loaders that libvips itself calls unsafe on foreign bytes: SVG, PDF, ImageMagick and the like.
        NetVips.NetVips.BlockUntrusted = true;

        // Every picture is seen once: remembered operations would only hold memory.
        Cache.Max = 0;

        // Saving runs beside the next picture's steps and must not take their cores.
        NetVips.NetVips.Concurrency = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);
    }

    /// <summary>Over the same memory, not a copy.</summary>
    public static Image ToImage(RgbImage pixels)
    {
        using Image raw = Image.NewFromMemory(pixels.Pixels, pixels.Width, pixels.Height, 3, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>A picture that this program wrote, read in one pass from top to bottom; a damaged one throws <see cref="VipsException"/>.</summary>
    public static Image Open(string path) => Image.NewFromFile(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);

    /// <summary>A picture of anybody's, of any format that is read safely; of an animation the first frame. A broken one throws <see cref="VipsException"/>.</summary>
    public static Image OpenAny(string path) => Image.NewFromFile(path, access: Enums.Access.Random, failOn: Enums.FailOn.Error);

    /// <summary>A small copy of a picture file of any format; a smaller picture keeps its size. A broken one throws <see cref="VipsException"/>.</summary>
    public static Image Thumbnail(string path, int longestSide) => Image.Thumbnail(path, longestSide, height: longestSide, size: Enums.Size.Down, failOn: Enums.FailOn.Error);

    /// <summary>A PNG of anybody's, read through the stream.</summary>
    public static Image Open(Stream png) => Image.PngloadStream(png, failOn: Enums.FailOn.Error);

    /// <inheritdoc cref="Open(string)"/>
    public static Image Open(ReadOnlySpan<byte> encoded) => Image.NewFromBuffer(encoded, failOn: Enums.FailOn.Error);
}
