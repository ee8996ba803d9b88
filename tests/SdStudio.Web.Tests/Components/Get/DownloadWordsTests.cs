using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.Get;
using SdStudio.Web.Downloads;

namespace SdStudio.Web.Tests.Components.Get;

public sealed class DownloadWordsTests
{
    private static readonly DownloadPlan s_plan = new()
    {
        Title = "Neon nights XL",
        Link = "a",
        Choice = "a",
        Place = ModelPlaces.Checkpoints,
        Files = [new PlannedFile(new Uri("https://example.org/a"), "a.safetensors", 6_900_000_000, null)],
    };

    [Theory]
    [InlineData(4, "A few seconds left.")]
    [InlineData(38, "About 40 s left.")]
    [InlineData(62, "About a minute left.")]
    [InlineData(130, "About 2 minutes left.")]
    [InlineData(3600, "About an hour left.")]
    [InlineData(20_000, "About 6 hours left.")]
    public void Left_IsSaidAsPeopleDo(int seconds, string words) => Assert.Equal(words, DownloadWords.Left(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Line_Receiving_TellsBytesAndSpeed()
    {
        DownloadEntry entry = Running(DownloadStage.Receiving, speed: 48e6, left: TimeSpan.FromSeconds(54));

        Assert.Equal("4.3 of 6.9 GB · 48 MB/s", DownloadWords.Line(entry));
        Assert.Equal("About a minute left. You can keep working.", DownloadWords.Outlook(entry, isOffline: false));
        Assert.Equal(62, entry.Percent);
    }

    [Fact]
    public void Outlook_OfEveryStage_SaysWhatHappens()
    {
        Assert.Equal("Asking example.org.", DownloadWords.Outlook(Running(DownloadStage.Asking), false));
        Assert.Equal("The connection broke; it is taken up again.", DownloadWords.Outlook(Running(DownloadStage.Reconnecting), false));
        Assert.Equal("All of it is here and is being checked.", DownloadWords.Outlook(Running(DownloadStage.Checking), false));
        Assert.Equal("Waits: SdStudio works offline.", DownloadWords.Outlook(Entry(DownloadState.Waiting), isOffline: true));
        Assert.Equal("Paused. What is here is kept.", DownloadWords.Outlook(Entry(DownloadState.Paused), false));
    }

    [Fact]
    public void Announcement_ChangesAtStartHalfAndEndOnly()
    {
        string[] words = [.. Enumerable.Range(0, 101).Select(percent => DownloadWords.Announcement(
            [Entry(DownloadState.Running) with { Progress = new DownloadProgress(DownloadStage.Receiving, "a", percent, 100, null, null) }])!).Distinct()];

        Assert.Equal(["Neon nights XL is being downloaded", "Half of Neon nights XL is here"], words);
        Assert.Equal("Neon nights XL is in your models", DownloadWords.Announcement([Entry(DownloadState.Done)]));
        Assert.Null(DownloadWords.Announcement([]));
    }

    [Fact]
    public void Place_EveryFolder_HasAWord() => Assert.All(ModelPlaces.All, place => Assert.NotEqual(place, DownloadWords.Place(place)));

    private static DownloadEntry Entry(DownloadState state) => new(DownloadOrder.Of(s_plan, TimeProvider.System), state, 4_300_000_000);

    private static DownloadEntry Running(DownloadStage stage, double? speed = null, TimeSpan? left = null) =>
        Entry(DownloadState.Running) with { Progress = new DownloadProgress(stage, "a", 4_300_000_000, 6_900_000_000, speed, left) };
}
