using NetVips;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>Pictures side by side on one sheet of light paper, row by row, each with its words below it if it has any.</summary>
/// <param name="columns">Pictures in a row.</param>
/// <param name="size">Longest side of a picture, pixels; a smaller one keeps its size.</param>
public sealed class ContactSheet(int columns, int size) : IDisposable
{
    private const int Gap = 10, Margin = 16, CaptionGap = 6, RowGap = 8;

    /// <summary>Words below a picture that is narrower take this much, pixels.</summary>
    private const int NarrowestCaption = 160;

    /// <summary>Beyond three lines under a picture nobody reads them.</summary>
    private const int LongestCaption = 100, LargestCaption = 64;

    /// <summary>WebP ends at 16,383 pixels.</summary>
    private const int LargestSide = 16_383;

    private static readonly double[] s_paper = [248, 245, 241];
    private static readonly double[] s_ink = [79, 70, 61];

    /// <summary>Tried in turn until the file is small enough.</summary>
    private static readonly int[] s_qualities = [92, 86, 80, 72, 64, 56, 48, 40, 30];

    private readonly List<(Image Picture, Image? Caption)> _cells = [];

    /// <returns>Null for a name that ends otherwise.</returns>
    public static SheetFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".webp" => SheetFormat.WebP,
        ".jpg" or ".jpeg" => SheetFormat.Jpeg,
        _ => null,
    };

    /// <summary>Whether so many pictures can lie on one sheet.</summary>
    public static bool Fits(int pictures, int columns, int size)
    {
        long rows = (pictures + columns - 1) / columns;
        return (Math.Min(columns, pictures) * (long)(Math.Max(size, NarrowestCaption) + Gap)) + (2 * Margin) <= LargestSide
            && (rows * (size + CaptionGap + LargestCaption + RowGap + Gap)) + (2 * Margin) <= LargestSide;
    }

    /// <param name="caption">Null for none.</param>
    public void Add(RgbImage picture, string? caption)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using Image whole = Vips.ToImage(picture);
        using Image small = whole.ThumbnailImage(size, height: size, size: Enums.Size.Down);
        _cells.Add((small.CopyMemory(), caption is null ? null : Caption(caption, Math.Max(small.Width, NarrowestCaption))));
    }

    /// <returns>Null where it does not fit even in the lowest quality.</returns>
    /// <exception cref="InvalidOperationException">There is no picture on it.</exception>
    public byte[]? Encode(SheetFormat format, int mostBytes)
    {
        using Image sheet = Join();
        foreach (int quality in s_qualities)
        {
            byte[] file = format == SheetFormat.WebP
                ? sheet.WebpsaveBuffer(q: quality, smartSubsample: true, keep: Enums.ForeignKeep.None)
                : sheet.JpegsaveBuffer(q: quality, subsampleMode: Enums.ForeignSubsample.Off, optimizeCoding: true, keep: Enums.ForeignKeep.None);
            if (file.Length <= mostBytes)
            {
                return file;
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach ((Image picture, Image? caption) in _cells)
        {
            picture.Dispose();
            caption?.Dispose();
        }

        _cells.Clear();
    }

    private Image Join()
    {
        if (_cells.Count == 0)
        {
            throw new InvalidOperationException("There is no picture on the sheet.");
        }

        int height = _cells.Max(cell => cell.Picture.Height), caption = _cells.Max(cell => cell.Caption?.Height ?? 0);
        int width = _cells.Max(cell => Math.Max(cell.Picture.Width, cell.Caption?.Width ?? 0));
        int whole = caption == 0 ? height : height + CaptionGap + caption + RowGap;
        List<Image> cells = [];
        try
        {
            cells.AddRange(_cells.Select(cell => Cell(cell.Picture, cell.Caption, width, height, whole)));
            using Image rows = Image.Arrayjoin([.. cells], across: Math.Min(columns, cells.Count), shim: Gap, background: s_paper);
            using Image sheet = rows.Embed(Margin, Margin, rows.Width + (2 * Margin), rows.Height + (2 * Margin), extend: Enums.Extend.Background, background: s_paper);

            // Encoded more than once perhaps; laid out once.
            return sheet.CopyMemory();
        }
        finally
        {
            cells.ForEach(cell => cell.Dispose());
        }
    }

    private static Image Cell(Image picture, Image? caption, int width, int height, int whole)
    {
        using Image cell = picture.Embed(0, height - picture.Height, width, whole, extend: Enums.Extend.Background, background: s_paper);
        if (caption is null)
        {
            return cell.Copy();
        }

        using Image mask = caption.Embed(0, height + CaptionGap, width, whole);
        using Image ink = cell.NewFromImage(s_ink);
        return mask.Ifthenelse(ink, cell, blend: true);
    }

    private static Image Caption(string words, int width) => Lettering.Write(words, width, LargestCaption, "sans 9", LongestCaption);
}
