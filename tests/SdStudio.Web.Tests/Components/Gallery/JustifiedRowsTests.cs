using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class JustifiedRowsTests
{
    private static readonly DateTimeOffset s_november = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly JustifiedMeasures s_wide = JustifiedMeasures.For(1108);

    [Fact]
    public void Layout_RowsOfPictures_FillTheWidthExactly()
    {
        IReadOnlyList<GalleryTile> tiles = RandomTiles(400, seed: 1);
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);

        foreach (JustifiedRow row in FullRows(rows))
        {
            (double left, double width) = rows.Place(row)[^1];
            Assert.Equal(s_wide.Width, left + width, tolerance: 0.001);
        }
    }

    [Fact]
    public void Layout_RowsOfPictures_StayNearTheWantedHeight()
    {
        var rows = JustifiedRows.Layout(RandomTiles(2000, seed: 2), s_wide, TimeZoneInfo.Utc);

        double[] heights = [.. FullRows(rows).Select(row => row.Height)];
        Assert.All(heights, height => Assert.InRange(height, 130, 260));
        Assert.InRange(heights.Average(), 180, 200);
    }

    [Fact]
    public void Layout_EveryPicture_StandsInExactlyOneRow()
    {
        IReadOnlyList<GalleryTile> tiles = RandomTiles(733, seed: 3);
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);

        int next = 0;
        foreach (JustifiedRow row in PictureRows(rows))
        {
            Assert.Equal(next, row.First);
            next += row.Count;
        }

        Assert.Equal(tiles.Count, next);
    }

    [Fact]
    public void Layout_Rows_FollowEachOtherWithoutOverlap()
    {
        var rows = JustifiedRows.Layout(RandomTiles(500, seed: 4), s_wide, TimeZoneInfo.Utc);

        double bottom = 0;
        foreach (JustifiedRow row in rows.Rows)
        {
            Assert.Equal(bottom, row.Top, tolerance: 1e-6);
            bottom = row.Top + row.Height + (row.Month is null ? s_wide.Gap : 0);
        }

        Assert.Equal(bottom, rows.Height, tolerance: 1e-6);
    }

    [Fact]
    public void Layout_EachMonth_StartsWithItsHeading()
    {
        GalleryTile[] tiles = [Square(5, s_november), Square(4, s_november.AddDays(-3)), Square(3, s_november.AddMonths(-1)), Square(2, s_november.AddYears(-1))];
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);

        (DateOnly?, int)[] headings = [.. rows.Rows.Where(row => row.Month is not null).Select(row => (row.Month, row.Count))];
        Assert.Equal([(new DateOnly(2026, 11, 1), 2), (new DateOnly(2026, 10, 1), 1), (new DateOnly(2025, 11, 1), 1)], headings);
    }

    [Fact]
    public void Layout_Months_AreThoseOfTheHouse()
    {
        var kiritimati = TimeZoneInfo.CreateCustomTimeZone("+14", TimeSpan.FromHours(14), null, null);
        GalleryTile[] tiles = [Square(1, new DateTimeOffset(2026, 10, 31, 12, 0, 0, TimeSpan.Zero))];

        Assert.Equal(new DateOnly(2026, 11, 1), JustifiedRows.Layout(tiles, s_wide, kiritimati).Rows[0].Month);
    }

    [Fact]
    public void Layout_LastRowOfAMonth_IsNotBlownUp()
    {
        var rows = JustifiedRows.Layout([Square(1, s_november)], s_wide, TimeZoneInfo.Utc);

        JustifiedRow row = Assert.Single(PictureRows(rows));
        Assert.InRange(row.Height, 190, 190 * 1.15);
        Assert.Equal(row.Height, rows.Place(row)[0].Width, tolerance: 0.001);
    }

    [Fact]
    public void Layout_Panorama_IsCroppedToAnOrdinaryHeight()
    {
        var rows = JustifiedRows.Layout([new GalleryTile(1, 4096, 64, s_november)], s_wide, TimeZoneInfo.Utc);

        Assert.True(Assert.Single(PictureRows(rows)).Height >= 190);
    }

    [Fact]
    public void For_Phones_GivesLowerRowsAndNarrowerGaps()
    {
        JustifiedMeasures phone = JustifiedMeasures.For(384);

        Assert.Equal((150, 3), (phone.RowHeight, phone.Gap));
    }

    [Fact]
    public void RowOf_AnyPicture_FindsTheRowThatHoldsIt()
    {
        IReadOnlyList<GalleryTile> tiles = RandomTiles(300, seed: 5);
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);

        for (int i = 0; i < tiles.Count; i++)
        {
            JustifiedRow row = rows.Rows[rows.RowOf(i)];
            Assert.Null(row.Month);
            Assert.InRange(i, row.First, row.First + row.Count - 1);
        }
    }

    [Fact]
    public void RowsBetween_AStretch_CoversItAndLittleMore()
    {
        var rows = JustifiedRows.Layout(RandomTiles(1000, seed: 6), s_wide, TimeZoneInfo.Utc);

        (int start, int length) = rows.RowsBetween(5000, 6000).GetOffsetAndLength(rows.Rows.Count);
        JustifiedRow first = rows.Rows[start], last = rows.Rows[start + length - 1];
        Assert.InRange(5000, first.Top, first.Top + first.Height + s_wide.Gap);
        Assert.InRange(last.Top, 5000, 6000);
        Assert.True(rows.Rows[start + length].Top > 6000);
    }

    [Fact]
    public void RowsBetween_NothingToShow_IsEmpty()
    {
        Assert.Equal(0..0, JustifiedRows.Empty.RowsBetween(-500, 2000));
    }

    [Fact]
    public void Neighbour_DownAndUp_StaysInTheColumn()
    {
        GalleryTile[] tiles = [.. Enumerable.Range(0, 30).Select(i => Square(30 - i, s_november))];
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);
        int perRow = PictureRows(rows).First().Count;

        int below = rows.Neighbour(2, 1);
        Assert.Equal(2 + perRow, below);
        Assert.Equal(2, rows.Neighbour(below, -1));
    }

    [Fact]
    public void Neighbour_AcrossAMonth_PassesTheHeading()
    {
        GalleryTile[] tiles = [Square(2, s_november), Square(1, s_november.AddMonths(-1))];
        var rows = JustifiedRows.Layout(tiles, s_wide, TimeZoneInfo.Utc);

        Assert.Equal(1, rows.Neighbour(0, 1));
        Assert.Equal(0, rows.Neighbour(1, -1));
    }

    [Fact]
    public void Neighbour_AtTheEdge_IsThePictureItself()
    {
        var rows = JustifiedRows.Layout([Square(1, s_november)], s_wide, TimeZoneInfo.Utc);

        Assert.Equal(0, rows.Neighbour(0, -1));
        Assert.Equal(0, rows.Neighbour(0, 5));
    }

    private static GalleryTile Square(long id, DateTimeOffset at) => new(id, 512, 512, at);

    private static GalleryTile[] RandomTiles(int count, int seed)
    {
        var random = new Random(seed);
        (int, int)[] sizes = [(512, 512), (768, 512), (512, 768), (910, 512), (640, 960)];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            (int width, int height) = sizes[random.Next(sizes.Length)];
            return new GalleryTile(count - i, width, height, s_november.AddHours(-7 * i));
        })];
    }

    private static IEnumerable<JustifiedRow> PictureRows(JustifiedRows rows) => rows.Rows.Where(row => row.Month is null);

    // Rows that are followed by another row of the same month: the last one of a month may stay short.
    private static IEnumerable<JustifiedRow> FullRows(JustifiedRows rows) =>
        rows.Rows.Zip(rows.Rows.Skip(1)).Where(pair => pair.First.Month is null && pair.Second.Month is null).Select(pair => pair.First);
}
