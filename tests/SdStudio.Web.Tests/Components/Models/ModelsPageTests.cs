using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Owner;
using SdStudio.Tests;
using SdStudio.Web.Components.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Models;

/// <summary>The page over the real catalogue and gallery; the model folders are the shipped one and one of the test's own.</summary>
public sealed class ModelsPageTests : PartsContext, IAsyncLifetime
{
    private readonly TinyCheckpoint _own = TinyCheckpoint.SingleFile(name: "harbour");
    private readonly StudioHost _host;

    public ModelsPageTests() => _host = new StudioHost(("Models:Roots:1", Path.GetDirectoryName(_own.Path)!));

    public async Task InitializeAsync()
    {
        Services.AddSingleton(_host.Get<ModelCatalog>());
        Services.AddSingleton(_host.Get<GalleryStore>());
        Services.AddSingleton(_host.Get<GenerationQueue>());
        Services.AddSingleton(_host.Get<PipelineHost>());
        Services.AddSingleton(_host.Get<StudioPaths>());
        Services.AddSingleton(_host.Get<IOptions<ModelsOptions>>());
        OwnerIdentity owner = new(_host.Get<OwnerPassphrase>());
        owner.Become(OwnerProof.AtHost);
        Services.AddSingleton(owner);
        // Nothing listens there: a download fails at once, and never leaves this machine.
        Services.AddSingleton(new TokenizerDownloadSettings { Source = new Uri("http://127.0.0.1:9/") });
        await _host.Get<ModelCatalog>().ScanAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _host.DisposeAsync();
        _own.Dispose();
    }

    [Fact]
    public void ModelsPage_ShippedModel_TellsWhatItIsAndLeadsToCreate()
    {
        var page = Render<ModelsPage>();

        var card = Card(page, "Postcard");
        Assert.Contains("Stable Diffusion 1", card.TextContent);
        Assert.Equal("/?model=postcard", card.QuerySelector("a[aria-label='Use Postcard']")!.GetAttribute("href"));
        Assert.Null(card.QuerySelector("img"));
        Assert.Equal("P", card.QuerySelector(".empty")!.TextContent.Trim());
    }

    [Fact]
    public async Task ModelsPage_PicturesWereMade_ShowsTheLatestAndLeadsToTheGallery()
    {
        for (int i = 0; i < 4; i++)
        {
            await _host.AddPictureAsync($"picture {i}");
        }

        var page = Render<ModelsPage>();

        page.WaitForAssertion(() => Assert.Equal(3, Card(page, "Postcard").QuerySelectorAll("img").Length));
        var link = Card(page, "Postcard").QuerySelector("a[aria-label='Show 4 pictures made with Postcard']")!;
        Assert.Equal("/gallery?q=model%3Apostcard", link.GetAttribute("href"));
    }

    [Fact]
    public async Task ModelsPage_LorasChosen_ShowsLorasOnly()
    {
        var page = Render<ModelsPage>();

        // On the page's own thread: a hash that becomes known renders it anew at any time.
        await page.InvokeAsync(() => page.FindAll(".kinds input[type=radio]")[1].Change("on"));

        page.WaitForAssertion(() => Assert.Equal(Postcard.Loras.Count, page.FindAll("[data-testid=model-card]").Count));
        Assert.DoesNotContain("Postcard", page.FindAll("[data-testid=model-card] h2 .cut").Select(title => title.TextContent));
        Assert.Equal("/?lora=stained-glass%3A0.8", Card(page, "Stained glass").QuerySelector("a[aria-label='Use Stained glass']")!.GetAttribute("href"));
    }

    [Fact]
    public async Task ModelsPage_BrokenFile_StaysVisibleLastWithItsReason()
    {
        byte[] whole = await File.ReadAllBytesAsync(_own.Path);
        await File.WriteAllBytesAsync(Path.Combine(Path.GetDirectoryName(_own.Path)!, "a-broken-one.safetensors"), whole[..(whole.Length / 2)]);
        var page = Render<ModelsPage>();

        await page.Find("button.ghost").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Equal("A broken one is new", Services.GetRequiredService<NoticeService>().Current?.Text));
        page.WaitForAssertion(() => Assert.Equal("A broken one", page.FindAll("[data-testid=model-card] h2 .cut")[^1].TextContent));
        var card = Card(page, "A broken one");
        Assert.Contains("Cannot be used", card.TextContent);
        Assert.NotEmpty(card.QuerySelector(".why")!.TextContent);
        Assert.Null(card.QuerySelector("a"));
    }

    [Fact]
    public async Task TokenizerNotice_SingleFileWithoutTokenizer_OffersTheDownloadAndSaysWhyItFailed()
    {
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Equal("Harbour needs a tokenizer", page.Find("#tokenizer-title").TextContent), TimeSpan.FromSeconds(10));

        await page.Find("[data-testid=tokenizer-notice] button").ClickAsync(new());

        page.WaitForAssertion(() => Assert.NotEmpty(page.Find("[data-testid=tokenizer-notice] [role=alert]").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("Try again", page.Find("[data-testid=tokenizer-notice] button").TextContent);
    }

    [Fact]
    public async Task TokenizerNeed_FittingTokenizerAdded_IsOver()
    {
        string root = Path.GetDirectoryName(_own.Path)!;
        IReadOnlyList<ModelFile> models = _host.Get<ModelCatalog>().Models;
        Assert.Equal(["harbour"], (await TokenizerNeed.FindAsync(models, [root], default)).Select(model => model.Name));

        TinyCheckpoint.WriteFolder(Path.Combine(root, "other"));

        Assert.Empty(await TokenizerNeed.FindAsync(models, [root], default));
    }

    private static AngleSharp.Dom.IElement Card(IRenderedComponent<ModelsPage> page, string title) =>
        page.FindAll("[data-testid=model-card]").Single(card => card.QuerySelector("h2 .cut")!.TextContent == title);
}
