using NetVips;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Metadata.Carriers;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Verification;

/// <summary>A picture with the recipe that stands in it: what can be made again and compared.</summary>
/// <param name="Hashes">By which its text names its models; null where it names none.</param>
/// <param name="Trace">What this program kept of its making; null for older pictures and those of other programs.</param>
/// <param name="IsForeign">Another program made it.</param>
/// <param name="IsLossy">Its file does not keep pixels exactly.</param>
public sealed record VerifiablePicture(RgbImage Pixels, ImageRecipe Recipe, RecipeHashes? Hashes, PictureTrace? Trace, bool IsForeign, bool IsLossy = false)
{
    /// <summary>Bytes of a file, and pixels; more is no picture of a home.</summary>
    private const long LargestFile = 256L << 20, MostPixels = 64L << 20;

    /// <summary>Reads a picture of this program or another, in any format that carries recipes.</summary>
    /// <returns>Null where the file holds no recipe that can be read.</returns>
    /// <exception cref="IOException">It cannot be read, or is no picture.</exception>
    public static VerifiablePicture? Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > LargestFile)
        {
            throw new IOException($"{path} is too large for a picture.");
        }

        PictureReading reading = PictureReader.Read(file);
        if (reading.Format is not { } format)
        {
            throw new IOException($"{path}: {reading.Problem}");
        }

        if (reading.Recipe is not { } read)
        {
            return null;
        }

        PictureRecord? record = PictureRecord.TryRead(TextCarrier.Read(file)?[PictureRecord.Keyword]);
        return new VerifiablePicture(ReadPixels(path), read.Recipe, HashesOf(read), record?.Trace, record is null, format != ImageFormat.Png);
    }

    /// <summary>The pixels of a picture, as eight bits of red, green and blue.</summary>
    /// <exception cref="IOException">It cannot be read, or is no picture.</exception>
    public static RgbImage ReadPixels(string path)
    {
        try
        {
            using Image image = Vips.Open(path);
            if ((long)image.Width * image.Height > MostPixels)
            {
                throw new IOException($"{path} has more pixels than are compared.");
            }

            // Grey, 16 bits and the like become what this program writes; what it wrote stays as it is, bit for bit.
            using Image colours = image.Colourspace(Enums.Interpretation.Srgb);
            using Image opaque = colours.Bands > 3 ? colours.ExtractBand(0, n: 3) : colours.Copy();
            using Image bytes = opaque.Cast(Enums.BandFormat.Uchar);
            return new RgbImage(bytes.Width, bytes.Height, bytes.WriteToMemory<byte>());
        }
        catch (VipsException exception)
        {
            throw new IOException($"{path} cannot be read as a picture: {exception.Message.Trim()}", exception);
        }
    }

    private static RecipeHashes? HashesOf(ReadRecipe read)
    {
        Dictionary<string, string> loras = new(StringComparer.Ordinal);
        foreach (ReadModel lora in read.Models.Where(model => model is { Kind: ModelKind.Lora, Hash: not null }))
        {
            loras[lora.Name] = lora.Hash!;
        }

        string? model = read.Models.FirstOrDefault(model => model.Kind == ModelKind.Checkpoint)?.Hash;
        return model is null && loras.Count == 0 ? null : new RecipeHashes(model, loras);
    }
}
