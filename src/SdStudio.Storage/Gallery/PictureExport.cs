using NetVips;
using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Metadata.Carriers;

namespace SdStudio.Storage.Gallery;

/// <summary>A picture's file for somebody else: in the format of their choice, with its recipe or without. Pixels are encoded anew only where the format changes.</summary>
internal static class PictureExport
{
    /// <param name="path">Of the file as it is kept.</param>
    /// <param name="from">What it is.</param>
    /// <param name="recipe">Written as "parameters" where the file has no such text of its own.</param>
    /// <exception cref="VipsException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Make(string path, ImageFormat from, ImageFormat to, RecipeInFile carried, ImageRecipe recipe)
    {
        if (from == to && carried == RecipeInFile.Whole)
        {
            return File.ReadAllBytes(path);
        }

        (string Parameters, string? Record)? texts = carried == RecipeInFile.None ? null : Texts(path, carried, recipe);
        // An AVIF that gets another text than its own is encoded anew: a list of items with two texts would be read by its first.
        byte[] pixels = from == to && !(to == ImageFormat.Avif && texts is not null) ? Strip(path, from) : PictureEncoder.Convert(path, to);
        return texts is { } known ? Insert(pixels, to, known.Parameters, known.Record) : pixels;
    }

    /// <summary>Puts texts into a file that has none.</summary>
    public static byte[] Insert(byte[] file, ImageFormat format, string parameters, string? record)
    {
        byte[] exif = ExifText.Write(parameters);
        byte[]? xmp = record is null ? null : XmpText.Write(record);
        return format switch
        {
            ImageFormat.Png => PngFile.Insert(file, record is null
                ? [new(PngFile.ParametersKeyword, parameters)]
                : [new(PngFile.ParametersKeyword, parameters), new(PictureRecord.Keyword, record)]),
            ImageFormat.Jpeg => JpegTexts.Insert(file, exif, xmp),
            ImageFormat.WebP => WebPTexts.Insert(file, exif, xmp),
            ImageFormat.Avif => AvifTexts.Insert(file, exif, xmp),
            _ => file,
        };
    }

    private static (string Parameters, string? Record) Texts(string path, RecipeInFile carried, ImageRecipe recipe)
    {
        using FileStream file = File.OpenRead(path);
        CarriedTexts? found = TextCarrier.Read(file);
        // What was written when it was made says hashes that nobody may know any more.
        string? own = found?[PngFile.ParametersKeyword] ?? found?[CarriedTexts.UserComment];
        return (own ?? RecipeParameters.Write(recipe), carried == RecipeInFile.Whole ? found?[PictureRecord.Keyword] : null);
    }

    private static byte[] Strip(string path, ImageFormat format)
    {
        switch (format)
        {
            case ImageFormat.Png:
                using (FileStream png = File.OpenRead(path))
                {
                    if (StealthText.Read(png) is not null)
                    {
                        return WithoutLowestBits(path);
                    }

                    using var target = new MemoryStream();
                    PngText.CopyWithoutText(png, target);
                    return target.ToArray();
                }

            case ImageFormat.Jpeg:
                using (FileStream jpeg = File.OpenRead(path))
                {
                    return JpegTexts.Strip(jpeg);
                }

            case ImageFormat.WebP:
                return WebPTexts.Strip(File.ReadAllBytes(path));
            case ImageFormat.Avif:
                return AvifTexts.Strip(File.ReadAllBytes(path));
            default:
                // All frames of an animation.
                using (Image gif = Image.NewFromFile(path, kwargs: new VOption { { "n", -1 } }))
                {
                    return gif.GifsaveBuffer(keep: Enums.ForeignKeep.None);
                }
        }
    }

    /// <summary>A text that hides in the pixels goes with their lowest bits, which nobody sees.</summary>
    private static byte[] WithoutLowestBits(string path)
    {
        using Image image = Vips.OpenAny(path);
        using Image even = image & 0xFE;
        using Image pixels = even.Cast(Enums.BandFormat.Uchar);
        return PictureEncoder.Encode(pixels, ImageFormat.Png);
    }
}
