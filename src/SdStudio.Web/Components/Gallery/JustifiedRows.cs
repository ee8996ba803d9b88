using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Components.Gallery;

/// <summary>
/// The ground plan of the whole gallery: every row with its exact place, so that scrolling, jumping to a month and keeping
/// one's place need no guess. 100,000 pictures make some 20,000 rows, computed in a few milliseconds.
/// </summary>
public sealed class JustifiedRows
{
    // Panoramas and slivers are shown cropped rather than as a line of pixels.
    private const double NarrowestAspect = 0.4;
    private const double WidestAspect = 3.2;

    // The last row of a month is not stretched to the width: it may grow by this much at most.
    private const double LastRowStretch = 1.15;

    private readonly JustifiedRow[] _rows;
    private readonly IReadOnlyList<GalleryTile> _tiles;

    private JustifiedRows(IReadOnlyList<GalleryTile> tiles, JustifiedMeasures measures, JustifiedRow[] rows, double height)
    {
        (_tiles, Measures, _rows, Height) = (tiles, measures, rows, height);
    }

    /// <summary>Nothing to show.</summary>
    public static JustifiedRows Empty { get; } = new([], default, [], 0);

    public JustifiedMeasures Measures { get; }

    public IReadOnlyList<JustifiedRow> Rows => _rows;

    /// <summary>Height of the whole grid, pixels.</summary>
    public double Height { get; }

    /// <summary>Lays pictures out in their order, a heading before each month.</summary>
    /// <param name="tiles">Newest first.</param>
    /// <param name="measures">Sizes to lay out by.</param>
    /// <param name="zone">Whose months count.</param>
    public static JustifiedRows Layout(IReadOnlyList<GalleryTile> tiles, JustifiedMeasures measures, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(measures.Width);

        var rows = new List<JustifiedRow>((tiles.Count / 4) + 1);
        double top = 0;
        for (int first = 0; first < tiles.Count;)
        {
            DateOnly month = MonthOf(tiles[first], zone);
            int end = first + 1;
            while (end < tiles.Count && MonthOf(tiles[end], zone) == month)
            {
                end++;
            }

            rows.Add(new JustifiedRow(first, end - first, top, measures.HeadingHeight, month));
            top += measures.HeadingHeight;
            top = AddMonth(rows, tiles, first, end, top, measures);
            first = end;
        }

        return new JustifiedRows(tiles, measures, [.. rows], top);
    }

    /// <summary>The month a picture belongs to, as its first day.</summary>
    public static DateOnly MonthOf(GalleryTile tile, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(tile.CreatedAt, zone);
        return new DateOnly(local.Year, local.Month, 1);
    }

    /// <summary>Lefts and widths of a row's pictures, pixels.</summary>
    public (double Left, double Width)[] Place(JustifiedRow row)
    {
        var places = new (double Left, double Width)[row.Count];
        double left = 0;
        for (int i = 0; i < row.Count; i++)
        {
            double width = Aspect(_tiles[row.First + i]) * row.Height;
            places[i] = (left, width);
            left += width + Measures.Gap;
        }

        return places;
    }

    /// <summary>Indices of the rows that touch a stretch of the grid, first to one past the last.</summary>
    public Range RowsBetween(double top, double bottom)
    {
        if (_rows.Length == 0)
        {
            return 0..0;
        }

        int first = RowAt(top), end = first;
        while (end < _rows.Length && _rows[end].Top <= bottom)
        {
            end++;
        }

        return first..end;
    }

    /// <summary>Index of the row at a height; the nearest one above or below the grid.</summary>
    public int RowAt(double top)
    {
        int low = 0, high = _rows.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _rows[middle].Top <= top ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Index of the row of pictures that holds a picture.</summary>
    public int RowOf(int index)
    {
        int low = 0, high = _rows.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _rows[middle].First <= index ? (middle, high) : (low, middle - 1);
        }

        // A heading starts with the same picture as the row below it; the search ends on the later of the two.
        return low;
    }

    /// <summary>The picture above (-1) or below (+1) that lies nearest to the middle of this one.</summary>
    public int Neighbour(int index, int rows)
    {
        int at = RowOf(index);
        JustifiedRow row = _rows[at];
        (double left, double width) = Place(row)[index - row.First];
        double middle = left + (width / 2);

        int step = Math.Sign(rows);
        int target = at;
        for (int i = at + step, passed = 0; i >= 0 && i < _rows.Length && passed < Math.Abs(rows); i += step)
        {
            if (_rows[i].Month is null)
            {
                target = i;
                passed++;
            }
        }

        return target == at ? index : Nearest(_rows[target], middle);
    }

    private static double AddMonth(List<JustifiedRow> rows, IReadOnlyList<GalleryTile> tiles, int first, int end, double top, JustifiedMeasures measures)
    {
        double aspects = 0;
        int rowFirst = first;
        for (int i = first; i < end; i++)
        {
            double aspect = Aspect(tiles[i]);
            double without = HeightFor(aspects, i - rowFirst, measures);
            double with = HeightFor(aspects + aspect, i - rowFirst + 1, measures);

            // The row is full once it would be nearer to the wanted height without this picture than with it.
            if (i > rowFirst && with < measures.RowHeight && without - measures.RowHeight <= measures.RowHeight - with)
            {
                rows.Add(new JustifiedRow(rowFirst, i - rowFirst, top, without, null));
                top += without + measures.Gap;
                (rowFirst, aspects) = (i, 0);
            }

            aspects += aspect;
        }

        double last = Math.Min(HeightFor(aspects, end - rowFirst, measures), measures.RowHeight * LastRowStretch);
        rows.Add(new JustifiedRow(rowFirst, end - rowFirst, top, last, null));
        return top + last + measures.Gap;
    }

    private static double HeightFor(double aspects, int count, JustifiedMeasures measures) =>
        count == 0 ? double.PositiveInfinity : Math.Max(1, (measures.Width - (measures.Gap * (count - 1))) / aspects);

    private static double Aspect(GalleryTile tile) =>
        Math.Clamp(tile.Width / (double)Math.Max(1, tile.Height), NarrowestAspect, WidestAspect);

    private int Nearest(JustifiedRow row, double middle)
    {
        (double Left, double Width)[] places = Place(row);
        int best = 0;
        for (int i = 1; i < places.Length; i++)
        {
            if (Distance(places[i], middle) < Distance(places[best], middle))
            {
                best = i;
            }
        }

        return row.First + best;
    }

    private static double Distance((double Left, double Width) place, double middle) =>
        Math.Max(0, Math.Max(place.Left - middle, middle - (place.Left + place.Width)));
}
