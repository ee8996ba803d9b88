using NetVips;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Verification;

/// <summary>A picture with the recipe that stands in it: what can be made again and compared.</summary>
/// <param name="Hashes">By which its text names its models; null where it names none.</param>
/// <param name="Trace">What this program kept of its making; null for older pictures and those of other programs.</param>
/// <param name="IsForeign">Another program made it.</param>
public sealed record VerifiablePicture(RgbImage Pixels, ImageRecipe Recipe, RecipeHashes? Hashes, PictureTrace? Trace, bool IsForeign)
{
    /// <summary>Bytes of a file, and pixels; more is no picture of a home.</summary>
    private const long LargestFile = 256L << 20, MostPixels = 64L << 20;

    /// <summary>What its text does not say of a picture is left at these.</summary>
    private static readonly ImageRecipe s_defaults = new() { Checkpoint = "", Width = 512, Height = 512, Seed = 0 };

    /// <summary>Reads a PNG with its recipe.</summary>
    /// <returns>Null where the file holds no recipe that can be read.</returns>
    /// <exception cref="IOException">It cannot be read, or is no picture.</exception>
    public static VerifiablePicture? Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > LargestFile)
        {
            throw new InvalidDataException($"{path} is too large for a picture.");
        }

        Dictionary<string, string> texts = PngText.Read(file).GroupBy(text => text.Key).ToDictionary(group => group.Key, group => group.First().Value);
        string? parameters = texts.GetValueOrDefault(PngFile.ParametersKeyword);
        PictureRecord? record = PictureRecord.TryRead(texts.GetValueOrDefault(PictureRecord.Keyword));
        return (record?.Recipe ?? (parameters is null ? null : RecipeParameters.TryRead(parameters, s_defaults))) is { } recipe
            ? new VerifiablePicture(ReadPixels(path), recipe, parameters is null ? null : RecipeHashes.Read(parameters), record?.Trace, record is null)
            : null;
    }

    /// <summary>The pixels of a PNG, as eight bits of red, green and blue.</summary>
    /// <exception cref="IOException">It cannot be read, or is no picture.</exception>
    public static RgbImage ReadPixels(string path)
    {
        try
        {
            using Image image = Vips.Open(path);
            if ((long)image.Width * image.Height > MostPixels)
            {
                throw new InvalidDataException($"{path} has more pixels than are compared.");
            }

            // Grey, 16 bits and the like become what this program writes; what it wrote stays as it is, bit for bit.
            using Image colours = image.Colourspace(Enums.Interpretation.Srgb);
            using Image opaque = colours.Bands > 3 ? colours.ExtractBand(0, n: 3) : colours.Copy();
            using Image bytes = opaque.Cast(Enums.BandFormat.Uchar);
            return new RgbImage(bytes.Width, bytes.Height, bytes.WriteToMemory<byte>());
        }
        catch (VipsException exception)
        {
            throw new InvalidDataException($"{path} cannot be read as a picture: {exception.Message.Trim()}", exception);
        }
    }
}
