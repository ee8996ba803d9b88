using System.Buffers.Binary;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>Takes the texts out of a picture of any format. Nothing is decoded, nothing is believed that the file's length does not cover, nothing throws on foreign bytes.</summary>
internal static class TextCarrier
{
    /// <param name="file">Seekable.</param>
    /// <returns>Null for what is no picture of a known format.</returns>
    public static CarriedTexts? Read(Stream file)
    {
        Span<byte> start = stackalloc byte[ImageFormats.SampleLength];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return ImageFormats.Recognise(start) switch
        {
            ImageFormat.Png => ReadPng(file),
            ImageFormat.Jpeg => JpegTexts.Read(file),
            ImageFormat.WebP => WebPTexts.Read(file),
            ImageFormat.Avif => AvifTexts.Read(file),
            ImageFormat.Gif => GifTexts.Read(file),
            _ => null,
        };
    }

    private static CarriedTexts ReadPng(Stream png)
    {
        List<KeyValuePair<string, string>> texts = [.. PngText.Read(png)];
        png.Position = 0;
        foreach (PngChunk chunk in PngChunks.Walk(png).Where(chunk => chunk.Type == "eXIf" && chunk.Length <= ExifText.LongestBlock).Take(1))
        {
            byte[] exif = new byte[chunk.Length];
            png.Position = chunk.Offset + 8;
            if (png.ReadAtLeast(exif, exif.Length, throwOnEndOfStream: false) == exif.Length)
            {
                texts.AddRange(ExifText.Read(exif));
            }
        }

        if (texts.Find(text => text.Key == XmpText.PngKeyword).Value is { } xmp)
        {
            texts.AddRange(XmpText.Read(xmp));
        }

        (int width, int height) = PngChunks.ReadSize(png) ?? (0, 0);
        return new CarriedTexts(ImageFormat.Png, width, height, texts);
    }

    /// <summary>A part of a file as bytes; null when it is not all there, or longer than allowed.</summary>
    internal static byte[]? ReadPart(Stream file, long offset, long length, int most)
    {
        if (length < 0 || length > most || offset < 0 || offset > file.Length - length)
        {
            return null;
        }

        byte[] part = new byte[length];
        file.Position = offset;
        return file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) == part.Length ? part : null;
    }

    internal static int? BigEndian16(ReadOnlySpan<byte> bytes, int offset) =>
        offset >= 0 && offset <= bytes.Length - 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]) : null;
}
