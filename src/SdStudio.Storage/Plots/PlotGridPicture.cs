using NetVips;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Plots;

/// <summary>The pictures of one grid of a plot on light paper, with the values at its edges.</summary>
internal static class PlotGridPicture
{
    private const int Gap = 6, Margin = 24, LabelGap = 10, ColumnLabelHeight = 44, TitleHeight = 30, LongestLabel = 90;

    /// <summary>Pixels of a side, and in all: JPEG ends at 65,535, and browsers long before that.</summary>
    private const int LargestSide = 12_000;
    private const double MostPixels = 32e6;

    private static readonly double[] s_paper = [248, 245, 241];
    private static readonly double[] s_ink = [79, 70, 61];
    private static readonly double[] s_empty = [232, 226, 218];

    /// <param name="title">Above the grid; null for none.</param>
    /// <param name="columns">Words above each column.</param>
    /// <param name="rows">Words beside each row; empty words for a plot without a second axis.</param>
    /// <param name="pictures">Paths row by row; null for a cell without a picture.</param>
    /// <param name="width">Of the largest picture, pixels.</param>
    /// <param name="height">Of the largest picture, pixels.</param>
    /// <returns>A JPEG.</returns>
    public static byte[] Encode(string? title, IReadOnlyList<string> columns, IReadOnlyList<string> rows, IReadOnlyList<string?> pictures, int width, int height)
    {
        double scale = Scale(columns.Count, rows.Count, width, height);
        (int cellWidth, int cellHeight) = (Math.Max(8, (int)(width * scale)), Math.Max(8, (int)(height * scale)));
        List<Image> held = [];
        try
        {
            held.AddRange(pictures.Select(path => Cell(path, cellWidth, cellHeight)));
            using Image joined = Image.Arrayjoin([.. held], across: columns.Count, shim: Gap, background: s_paper);
            using Image grid = joined.CopyMemory();
            using Image sheet = Label(grid, title, columns, rows, cellWidth, cellHeight);
            return sheet.JpegsaveBuffer(q: 92, subsampleMode: Enums.ForeignSubsample.Off, optimizeCoding: true, keep: Enums.ForeignKeep.None);
        }
        finally
        {
            held.ForEach(image => image.Dispose());
        }
    }

    /// <summary>By how much the pictures have to be made smaller, 1 for not at all.</summary>
    internal static double Scale(int columns, int rows, int width, int height)
    {
        double across = columns * (double)(width + Gap), down = rows * (double)(height + Gap);
        return Math.Min(1, Math.Min(Math.Sqrt(MostPixels / (across * down)), Math.Min(LargestSide / across, LargestSide / down)));
    }

    private static Image Label(Image grid, string? title, IReadOnlyList<string> columns, IReadOnlyList<string> rows, int cellWidth, int cellHeight)
    {
        int rowLabel = rows.All(row => row.Length == 0) ? 0 : Math.Clamp(rows.Max(row => row.Length) * 8, 60, 200);
        int columnLabel = columns.All(column => column.Length == 0) ? 0 : ColumnLabelHeight;
        int left = Margin + (rowLabel > 0 ? rowLabel + LabelGap : 0), top = Margin + (title is null ? 0 : TitleHeight) + (columnLabel > 0 ? columnLabel + LabelGap : 0);
        (int whole, int high) = (left + grid.Width + Margin, top + grid.Height + Margin);

        // All words lie on one sheet of ink, which is blended once.
        List<Image> words = [];
        try
        {
            (List<int> x, List<int> y) = ([], []);
            void Put(string text, int atX, int atY, int width, int height, bool isMiddled)
            {
                Image ink = Lettering.Write(text, width, height, "sans 11", LongestLabel);
                words.Add(ink);
                x.Add(isMiddled ? atX + Math.Max(0, (width - ink.Width) / 2) : atX);
                y.Add(isMiddled ? atY + Math.Max(0, height - ink.Height) : atY + Math.Max(0, (height - ink.Height) / 2));
            }

            if (title is not null)
            {
                Put(title, left, Margin, Math.Max(grid.Width, 80), TitleHeight - LabelGap, isMiddled: false);
            }

            for (int i = 0; i < columns.Count && columnLabel > 0; i++)
            {
                Put(columns[i], left + (i * (cellWidth + Gap)), top - LabelGap - columnLabel, cellWidth, columnLabel, isMiddled: true);
            }

            for (int i = 0; i < rows.Count && rowLabel > 0; i++)
            {
                Put(rows[i], Margin, top + (i * (cellHeight + Gap)), rowLabel, cellHeight, isMiddled: false);
            }

            using Image paper = grid.Embed(left, top, whole, high, extend: Enums.Extend.Background, background: s_paper);
            if (words.Count == 0)
            {
                return paper.Copy();
            }

            Image ink = Image.Black(whole, high);
            for (int i = 0; i < words.Count; i++)
            {
                using Image before = ink;
                ink = before.Insert(words[i], x[i], y[i]);
            }

            using Image mask = ink;
            using Image colour = paper.NewFromImage(s_ink);
            using Image sheet = mask.Ifthenelse(colour, paper, blend: true);
            return sheet.CopyMemory();
        }
        finally
        {
            words.ForEach(image => image.Dispose());
        }
    }

    /// <summary>A picture in the middle of its cell; an empty cell is a darker piece of paper.</summary>
    private static Image Cell(string? path, int width, int height)
    {
        if (path is not null)
        {
            try
            {
                using Image small = Image.Thumbnail(path, width, height: height, size: Enums.Size.Down, failOn: Enums.FailOn.Error);
                using Image colours = small.Colourspace(Enums.Interpretation.Srgb);
                using Image opaque = colours.Bands > 3 ? colours.ExtractBand(0, n: 3) : colours.Copy();
                using Image middled = opaque.Embed((width - opaque.Width) / 2, (height - opaque.Height) / 2, width, height, extend: Enums.Extend.Background, background: s_paper);
                return middled.CopyMemory();
            }
            catch (VipsException)
            {
                // Damaged, or deleted at this moment: an empty cell.
            }
        }

        using Image blank = Image.Black(width, height, bands: 3);
        using Image tinted = blank.NewFromImage(s_empty);
        using Image bytes = tinted.Cast(Enums.BandFormat.Uchar);
        using Image srgb = bytes.Copy(interpretation: Enums.Interpretation.Srgb);
        return srgb.CopyMemory();
    }
}
