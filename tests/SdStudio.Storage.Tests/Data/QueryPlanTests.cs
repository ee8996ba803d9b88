using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Tests.Data;

/// <summary>How SQLite goes about the gallery's questions when there are 100,000 pictures.</summary>
public sealed class QueryPlanTests : IClassFixture<QueryPlanTests.LargeGallery>
{
    private const int Pictures = 100_000;

    private readonly LargeGallery _gallery;

    public QueryPlanTests(LargeGallery gallery)
    {
        _gallery = gallery;
    }

    public static TheoryData<GalleryQuery, string> Pages => new()
    {
        { new GalleryQuery(), "SEARCH p USING INTEGER PRIMARY KEY" },
        { new GalleryQuery("sunset"), "SCAN w VIRTUAL TABLE" },
        { new GalleryQuery(Lora: "rare"), "SEARCH l USING" },
        { new GalleryQuery(Checkpoint: "rare"), "IX_Pictures_Checkpoint" },
        { new GalleryQuery(FavouritesOnly: true), "IX_Pictures_IsFavourite" },
        { new GalleryQuery(Owner: "guest"), "IX_Pictures_Owner" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_BehindACursor_UsesTheIndexAndSortsNothing(GalleryQuery query, string index)
    {
        var search = new PictureSearch(query);
        search.Where($"{search.Key} < @id", "@id", Pictures / 2).AddValue("@limit", 60);

        string plan = await _gallery.ExplainAsync(search.Select("p.*", $"ORDER BY {search.Key} DESC LIMIT @limit"), search);

        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p.Id, p.Width, p.Height, p.CreatedAt", "ORDER BY p.Id DESC")]
    [InlineData("count(*)", "")]
    public async Task GroundPlan_WholeGallery_IsReadFromItsIndexAlone(string columns, string tail)
    {
        var search = new PictureSearch(new GalleryQuery());

        string plan = await _gallery.ExplainAsync(search.SelectGroundPlan(columns, tail), search);

        Assert.Contains("COVERING INDEX " + PictureSearch.GroundPlanIndex, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PageAsync_FromEndToEnd_GivesEveryPictureOnce()
    {
        long before = long.MaxValue;
        int count = 0;
        for (IReadOnlyList<GalleryImage> page; (page = await _gallery.Studio.Gallery.PageAsync(new GalleryQuery(), before, 5000)).Count > 0;)
        {
            Assert.All(page, image => Assert.True(image.Id < before, "in descending order"));
            before = page[^1].Id;
            count += page.Count;
        }

        Assert.Equal(Pictures, count);
    }

    [Fact]
    public async Task TilesAsync_And_CountAsync_AgreeOnACommonWord()
    {
        var query = new GalleryQuery("sunset");

        int count = await _gallery.Studio.Gallery.CountAsync(query);

        Assert.Equal(Pictures / 10, count);
        Assert.Equal(count, (await _gallery.Studio.Gallery.TilesAsync(query)).Count);
    }

    public sealed class LargeGallery : IAsyncLifetime
    {
        internal TemporaryStudio Studio { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Studio = await TemporaryStudio.CreateAsync();
            Studio.Execute(
                $$"""
                INSERT INTO Pictures (JobId, File, Width, Height, CreatedAt, Duration, Owner, IsFavourite, IsMissing, FilmFrames, Checkpoint, Prompt, NegativePrompt, Recipe)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{Pictures}})
                SELECT i, i || '.png', 512, 512, i, 1000, iif(i % 1000 = 0, 'guest', 'me'), i % 50 = 0, 0, 0, iif(i % 500 = 0, 'rare', 'postcard'),
                    iif(i % 10 = 0, 'a sunset over the harbour', 'a boat in the rain'), 'blurry', '{"checkpoint":"postcard","width":512,"height":512,"seed":1}' FROM n;
                INSERT INTO PictureLoras (Lora, PictureId) SELECT iif(Id % 700 = 0, 'rare', 'common'), Id FROM Pictures WHERE Id % 7 = 0;
                ANALYZE;
                """);
        }

        public Task DisposeAsync()
        {
            Studio.Dispose();
            return Task.CompletedTask;
        }

        internal async Task<string> ExplainAsync(string sql, PictureSearch search)
        {
            List<string> steps = await Studio.Database.ReadRowsAsync("EXPLAIN QUERY PLAN " + sql, search.Parameters, row => row.GetString(3), default);
            return string.Join('\n', steps);
        }
    }
}
