using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Tests;
using SdStudio.Web.Components.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Components.Models;

public sealed class ModelsPageTests : ModelsContext
{
    public override async Task InitializeAsync()
    {
        using var harbour = TinyCheckpoint.SingleFile(name: "harbour");
        File.Move(harbour.Path, Below("harbour.safetensors"));
        await base.InitializeAsync();
    }

    [Fact]
    public void ModelsPage_ShippedModel_TellsWhatItIsAndLeadsToCreate()
    {
        var page = Render<ModelsPage>();

        var card = Card(page, "Postcard");
        Assert.Contains("Stable Diffusion 1", card.TextContent);
        Assert.Equal($"/?use={Catalog.Find(ModelKind.Checkpoint, "postcard")!.Id}", card.QuerySelector("a[aria-label='Use Postcard']")!.GetAttribute("href"));
        Assert.Null(card.QuerySelector("img"));
        Assert.Equal("P", card.QuerySelector(".empty")!.TextContent.Trim());
    }

    [Fact]
    public async Task ModelsPage_PicturesWereMade_ShowsTheLatestAndLeadsToTheGallery()
    {
        for (int i = 0; i < 4; i++)
        {
            await Host.AddPictureAsync($"picture {i}");
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
        Assert.Equal($"/?use={Catalog.Find(ModelKind.Lora, "stained-glass")!.Id}", Card(page, "Stained glass").QuerySelector("a[aria-label='Use Stained glass']")!.GetAttribute("href"));
    }

    [Fact]
    public async Task ModelsPage_BrokenFile_StaysVisibleLastWithItsReason()
    {
        byte[] whole = await File.ReadAllBytesAsync(Below("harbour.safetensors"));
        await File.WriteAllBytesAsync(Below("a-broken-one.safetensors"), whole[..(whole.Length / 2)]);
        var page = Render<ModelsPage>();

        await page.Find("[data-testid=scan]").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Equal("A broken one is new", Services.GetRequiredService<NoticeService>().Current?.Text));
        page.WaitForAssertion(() => Assert.Equal("A broken one", page.FindAll("[data-testid=model-card] h2 .cut")[^1].TextContent));
        var card = Card(page, "A broken one");
        Assert.Contains("Cannot be used", card.TextContent);
        Assert.NotEmpty(card.QuerySelector(".why")!.TextContent);
        Assert.Null(card.QuerySelector("a.chip"));
    }

    [Fact]
    public async Task TokenizerNotice_SingleFileWithoutTokenizer_OffersTheDownloadAndSaysWhyItFailed()
    {
        Owner.Become(OwnerProof.AtHost);
        var page = Render<ModelsPage>();
        page.WaitForAssertion(() => Assert.Equal("Harbour needs a tokenizer", page.Find("#tokenizer-title").TextContent), TimeSpan.FromSeconds(10));

        await page.Find("[data-testid=tokenizer-notice] button").ClickAsync(new());

        page.WaitForAssertion(() => Assert.NotEmpty(page.Find("[data-testid=tokenizer-notice] [role=alert]").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("Try again", page.Find("[data-testid=tokenizer-notice] button").TextContent);
    }

    [Fact]
    public async Task TokenizerNeed_FittingTokenizerAdded_IsOver()
    {
        IReadOnlyList<ModelFile> models = Catalog.Models;
        Assert.Equal(["harbour"], (await TokenizerNeed.FindAsync(models, [Own], default)).Select(model => model.Name));

        TinyCheckpoint.WriteFolder(Below("other"));

        Assert.Empty(await TokenizerNeed.FindAsync(models, [Own], default));
    }

    [Fact]
    public async Task ModelsPage_LoraWithPictureAndNotesBeside_ShowsThemAndItsTriggerWords()
    {
        AddLora("loras/glaze.safetensors");
        await File.WriteAllTextAsync(Below("loras/glaze.civitai.info"), """{"model": {"name": "Glaze it"}, "baseModel": "SD 1.5", "trainedWords": ["glazed", "shiny tiles", "a", "b"]}""");
        await File.WriteAllBytesAsync(Below("loras/glaze.preview.png"), [1, 2, 3]);
        await ScanAsync();

        var page = Open("/models?kind=loras&q=glaze");

        var card = Assert.Single(page.FindAll("[data-testid=model-card]"));
        string id = Catalog.Find(ModelKind.Lora, "glaze")!.Id;
        Assert.StartsWith($"/models/{id}/preview/512.webp", card.QuerySelector("img")!.GetAttribute("src"), StringComparison.Ordinal);
        Assert.Contains("Glaze it", card.TextContent, StringComparison.Ordinal);
        Assert.Contains("fp16 · made for SD 1.5", card.TextContent, StringComparison.Ordinal);
        Assert.Equal(["glazed", "shiny tiles", "a", "+1"], card.QuerySelectorAll(".trig a").Select(word => word.TextContent));
        Assert.Equal($"/?use={id}&word=shiny%20tiles", card.QuerySelectorAll(".trig a")[1].GetAttribute("href"));
    }

    [Fact]
    public async Task ModelsPage_SearchFamilyAndFavourites_NarrowWhatIsShownAndStandInTheAddress()
    {
        AddLora("loras/one.safetensors");
        AddLora("loras/two.safetensors", seed: 2, width: 2048);
        await ScanAsync();
        var page = Open("/models?kind=loras");

        await page.InvokeAsync(() => page.Find("[data-testid=family]").Change("Stable Diffusion XL"));
        page.WaitForAssertion(() => Assert.Equal(["Two"], Titles(page)));
        Assert.EndsWith("/models?kind=loras&family=Stable%20Diffusion%20XL", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("[data-testid=favourites-only]").Click());
        page.WaitForAssertion(() => Assert.Contains("Nothing matches", page.Markup, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[data-testid=show-all]").Click());

        await page.InvokeAsync(() => page.Find("[data-testid=model-search]").Input("on"));
        page.WaitForAssertion(() => Assert.Contains("One", Titles(page)));
        Assert.DoesNotContain("Two", Titles(page));
    }

    [Fact]
    public async Task ModelsPage_HeartPressed_IsKeptAndFoundAmongTheFavourites()
    {
        AddLora("loras/one.safetensors");
        await ScanAsync();
        var page = Open("/models?kind=loras&q=one");

        await page.InvokeAsync(() => Card(page, "One").QuerySelector("[data-testid=favourite]")!.Click());

        page.WaitForAssertion(() => Assert.Equal("true", Card(page, "One").QuerySelector("[data-testid=favourite]")!.GetAttribute("aria-pressed")));
        Assert.True(Catalog.Find(ModelKind.Lora, "one")!.Profile.IsFavourite);
        Assert.Equal(["One"], Titles(Open("/models?kind=loras&favourites=true")));
    }

    [Fact]
    public async Task ModelsPage_RenamedModel_KeepsThePicturesOfItsFormerName()
    {
        string path = AddLora("loras/one.safetensors");
        await ScanAsync();
        await Host.AddPictureAsync(loras: [new LoraSelection("one", 1)]);
        File.Move(path, Below("loras/better.safetensors"));
        await ScanAsync();

        var page = Open("/models?kind=loras&q=better");

        Assert.Contains("1 picture", Card(page, "Better").TextContent, StringComparison.Ordinal);
        Assert.Equal("/gallery?q=lora%3Abetter", Card(page, "Better").QuerySelector("a[aria-label='Show 1 picture made with Better']")!.GetAttribute("href"));
        page.WaitForAssertion(() => Assert.NotNull(Card(page, "Better").QuerySelector("img")));
    }

    [Fact]
    public async Task Folders_ToAVisitor_AreNamesOnlyAndCannotBeChanged()
    {
        var page = Open("/models");

        await page.InvokeAsync(() => page.Find("[data-testid=folders]").Click());

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=roots] li").Count));
        Assert.DoesNotContain(Path.GetDirectoryName(Own)!, page.Find("[data-testid=roots]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=add-root]"));
        Assert.NotNull(page.Find("[data-testid=owner-only]"));
    }

    [Fact]
    public async Task Folders_OfAnotherProgram_AreAddedAndTakenOffByTheOwner()
    {
        Owner.Become(OwnerProof.AtHost);
        string comfy = Directory.CreateTempSubdirectory("sdstudio-comfy-").FullName;
        Directory.CreateDirectory(Path.Combine(comfy, "models", "loras"));
        await File.WriteAllTextAsync(Path.Combine(comfy, "folder_paths.py"), "");
        File.Move(AddLora("theirs.safetensors"), Path.Combine(comfy, "models", "loras", "theirs.safetensors"));
        var page = Open("/models?kind=loras");
        await page.InvokeAsync(() => page.Find("[data-testid=folders]").Click());

        await page.InvokeAsync(() => page.Find("[data-testid=add-root] input").Input("nowhere"));
        await page.InvokeAsync(() => page.Find("[data-testid=add-root]").Submit());
        page.WaitForAssertion(() => Assert.Contains("whole path", page.Find("[data-testid=add-root] [role=alert]").TextContent, StringComparison.Ordinal));

        await page.InvokeAsync(() => page.Find("[data-testid=add-root] input").Input(comfy));
        await page.InvokeAsync(() => page.Find("[data-testid=add-root]").Submit());

        page.WaitForAssertion(() => Assert.Contains("Theirs", Titles(page)), TimeSpan.FromSeconds(10));
        Assert.Contains("ComfyUI", page.Find("[data-testid=roots]").TextContent, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(comfy, "models"), Catalog.Roots);

        await page.InvokeAsync(() => page.Find($"[aria-label='Take {comfy} off the list']").Click());

        page.WaitForAssertion(() => Assert.DoesNotContain("Theirs", Titles(page)), TimeSpan.FromSeconds(10));
        Directory.Delete(comfy, recursive: true);
    }

    private IRenderedComponent<ModelsPage> Open(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<ModelsPage>();
    }

    private static IEnumerable<string> Titles(IRenderedComponent<ModelsPage> page) => page.FindAll("[data-testid=model-card] h2 .cut").Select(title => title.TextContent);

    private static AngleSharp.Dom.IElement Card(IRenderedComponent<ModelsPage> page, string title) =>
        page.FindAll("[data-testid=model-card]").Single(card => card.QuerySelector("h2 .cut")!.TextContent == title);
}
