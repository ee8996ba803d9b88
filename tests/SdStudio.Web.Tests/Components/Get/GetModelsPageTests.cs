using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;
using SdStudio.Web.Components.Get;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Downloads;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;
using SdStudio.Web.Tests.Downloads;

namespace SdStudio.Web.Tests.Components.Get;

/// <summary>The page over a real queue and a server on this machine.</summary>
public sealed class GetModelsPageTests : PartsContext, IAsyncLifetime
{
    private DownloadDesk _desk = null!;

    public Task InitializeAsync() => OpenAsync(isOffline: false);

    async Task IAsyncLifetime.DisposeAsync()
    {
        await base.DisposeAsync();
        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task Link_ToAModel_IsShownThenDownloadedThenUsable()
    {
        Become(_desk.Owner);
        _desk.Server.Answer("/harbour.safetensors", (request, stream, stop) => LocalServer.SendAsync(
            stream, "200 OK", $"Content-Length: {_desk.Content.Length}\r\n", request["Range"] == "bytes=0-63" ? _desk.Content[..64] : _desk.Content, stop));
        var page = Render<GetModelsPage>();

        page.Find("#link").Input(new Uri(_desk.Server.Address, "/harbour.safetensors").AbsoluteUri);
        await page.Find("[data-testid=ask]").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal("harbour", page.Find("#found-title").TextContent));
        Assert.Contains("goes to checkpoints/harbour.safetensors", page.Find("[data-testid=plan]").TextContent, StringComparison.Ordinal);
        Assert.Contains("no SHA-256 known", page.Find("[data-testid=plan]").TextContent, StringComparison.Ordinal);
        Assert.Empty(_desk.Queue.Entries);

        await page.Find("[data-testid=plan] button").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Equal("Done", page.Find("[data-testid=download]").GetAttribute("data-state")), TimeSpan.FromSeconds(10));
        Assert.Equal($"/?use={Assert.Single(_desk.Catalog.Models).Id}", page.Find("[data-testid=download] a.chip").GetAttribute("href"));
        Assert.Empty(page.FindAll("[data-testid=found]"));
    }

    [Fact]
    public async Task Link_ThatLeadsNowhere_SaysWhy()
    {
        Become(_desk.Owner);
        var page = Render<GetModelsPage>();

        page.Find("#link").Input("not a link at all");
        await page.Find("[data-testid=ask]").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("This is no link", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", page.Find("#link").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Hash_ThatIsWrong_IsRefusedBeforeAnythingIsFetched()
    {
        Become(_desk.Owner);
        var line = Render<PlanLine>(parameters => parameters.Add(part => part.Plan, _desk.Plan()).Add(part => part.Queue, _desk.Queue));

        line.Find("details input").Change("abc");
        await line.Find("button").ClickAsync(new());

        Assert.Contains("64 digits", line.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ThatIsThereAlready_SaysSoUntilItGoesElsewhere()
    {
        Directory.CreateDirectory(Path.Combine(_desk.Folder.ModelRoot, "checkpoints"));
        File.WriteAllBytes(Path.Combine(_desk.Folder.ModelRoot, "checkpoints", "harbour.safetensors"), [1]);
        var line = Render<PlanLine>(parameters => parameters.Add(part => part.Plan, _desk.Plan()).Add(part => part.Queue, _desk.Queue));

        Assert.Contains("There already is", line.Find(".problem").TextContent, StringComparison.Ordinal);
        Assert.True(line.Find("button").HasAttribute("disabled"));

        line.Find("select").Change(ModelPlaces.Loras);
        Assert.Empty(line.FindAll(".problem"));
        Assert.False(line.Find("button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task RunningDownloads_BesideTheModels_LeaveOutWhatHasCome()
    {
        Become(_desk.Owner);
        _desk.Serve();
        var cards = Render<RunningDownloads>();
        DownloadEntry entry = _desk.Queue.Add(_desk.Plan(), _desk.Owner);
        await _desk.WhenAsync(entry.Id, DownloadState.Done);

        cards.WaitForAssertion(() => Assert.Empty(cards.FindAll("[data-testid=download]")), TimeSpan.FromSeconds(10));
        Assert.Single(Render<RunningDownloads>(parameters => parameters.Add(part => part.WithDone, true)).FindAll("[data-testid=download]"));
    }

    [Fact]
    public async Task Place_Changed_IsWhereItGoes()
    {
        DownloadPlan? ordered = null;
        var line = Render<PlanLine>(parameters => parameters.Add(part => part.Plan, _desk.Plan()).Add(part => part.Queue, _desk.Queue).Add(part => part.OnDownload, plan => ordered = plan));

        line.Find("select").Change(ModelPlaces.Loras);
        await line.Find("button").ClickAsync(new());

        Assert.Equal("loras/harbour.safetensors", ordered?.Target);
    }

    [Fact]
    public async Task Visitor_SeesHowFarItIsAndChangesNothing()
    {
        Become(_desk.Visitor);
        _desk.ServeAndHang(5000);
        DownloadEntry entry = _desk.Queue.Add(_desk.Plan(), _desk.Owner);
        await Until.True(() => _desk.Entry(entry.Id).Received == 5000, "the first bytes are here");

        var page = Render<GetModelsPage>();

        Assert.NotNull(page.Find("[data-testid=owner-only]"));
        Assert.Empty(page.FindAll("#link"));
        Assert.Equal("harbour", page.Find("[data-testid=download] .name .cut").TextContent);
        Assert.Empty(page.FindAll("[data-testid=download] button"));
        Assert.Empty(page.FindAll("[data-testid=starter] button"));
        Assert.NotNull(page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public async Task Download_PausedAndCancelled_FollowsTheButtons()
    {
        Become(_desk.Owner);
        _desk.ServeAndHang(5000);
        DownloadEntry entry = _desk.Queue.Add(_desk.Plan(), _desk.Owner);
        await _desk.WhenAsync(entry.Id, DownloadState.Running);
        var page = Render<GetModelsPage>();

        await page.InvokeAsync(() => page.Find("button[aria-label='Pause harbour']").Click());
        page.WaitForAssertion(() => Assert.Equal("Go on", page.Find("[data-testid=download] .chip").TextContent));

        await page.InvokeAsync(() => page.Find("button[aria-label='Cancel the download of harbour']").Click());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=download]")));
        Assert.Empty(_desk.Queue.Entries);
    }

    [Fact]
    public void Starters_TellLicenceSizeAndNeeds()
    {
        Become(_desk.Owner);
        Directory.CreateDirectory(Path.Combine(_desk.Folder.ModelRoot, "vae"));
        File.WriteAllBytes(Path.Combine(_desk.Folder.ModelRoot, "vae", "sdxl-vae-fp16-fix.safetensors"), [1]);

        var page = Render<GetModelsPage>();

        var cards = page.FindAll("[data-testid=starter]");
        Assert.Equal(StarterModels.All.Count, cards.Count);
        Assert.All(cards, card => Assert.Equal(["Size", "Needs", "Licence"], card.QuerySelectorAll("dt").Select(term => term.TextContent)));
        Assert.Equal("In your models", cards.Single(card => card.TextContent.Contains("fp16 fix", StringComparison.Ordinal)).QuerySelector(".st")!.TextContent);
    }

    [Fact]
    public async Task Offline_SaysSoAndOffersNothing()
    {
        await _desk.DisposeAsync();
        await OpenAsync(isOffline: true);
        Become(_desk.Owner);

        var page = Render<GetModelsPage>();

        Assert.Equal("SdStudio works offline", page.Find("#offline-title").TextContent);
        Assert.Empty(page.FindAll("#link"));
        Assert.Empty(page.FindAll("[data-testid=starter] button"));
    }

    [Fact]
    public async Task Passphrase_ChangedMeanwhile_StopsWhatTheOldPageOffers()
    {
        Become(_desk.Owner);
        var page = Render<GetModelsPage>();
        _desk.Owner.Become(null);

        await page.Find("[data-testid=starter] button").ClickAsync(new());

        Assert.Contains("Only the owner", Services.GetRequiredService<NoticeService>().Current?.Text, StringComparison.Ordinal);
        Assert.Empty(_desk.Queue.Entries);
        _desk.Owner.Become(OwnerProof.AtHost);
    }

    private async Task OpenAsync(bool isOffline)
    {
        _desk = await DownloadDesk.OpenAsync(isOffline);
        Services.AddSingleton(_desk.Queue);
        Services.AddSingleton(_desk.Folder);
        Services.AddSingleton(_desk.Settings);
        Services.AddSingleton(_desk.Catalog);
        Services.AddSingleton(new ModelLinks(_desk.Settings));
    }

    private void Become(OwnerIdentity identity) => Services.AddSingleton(identity);
}
