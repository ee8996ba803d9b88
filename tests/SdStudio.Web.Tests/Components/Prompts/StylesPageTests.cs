using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Styles;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Components.Prompts;

namespace SdStudio.Web.Tests.Components.Prompts;

public sealed class StylesPageTests : PromptsContext
{
    private static readonly PromptStyle s_oil = new(0, "Oil", "oil painting of {prompt}", "photo");

    [Fact]
    public async Task Page_New_AddsAStyle()
    {
        IRenderedComponent<StylesPage> page = Render<StylesPage>();

        page.Find("[data-testid=new-style]").Click();
        page.Find("[data-testid=style-name]").Input(" Oil ");
        page.Find("[data-testid=style-prompt]").Input(s_oil.Prompt);
        page.Find("[data-testid=style-negative]").Input(s_oil.NegativePrompt);
        await page.Find("[data-testid=style-editor]").SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal(s_oil with { Id = 1 }, Assert.Single(Styles.All)));
        page.WaitForAssertion(() => Assert.Equal("Oil", page.Find("article h2").TextContent));
        Assert.Empty(page.FindAll("[data-testid=style-editor]"));
    }

    [Fact]
    public async Task Editor_WithoutAName_SaysSoAndStays()
    {
        IRenderedComponent<StylesPage> page = Render<StylesPage>();

        page.Find("[data-testid=new-style]").Click();
        await page.Find("[data-testid=style-editor]").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("name", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(Styles.All);
    }

    [Fact]
    public async Task Editor_Delete_CanBeUndone()
    {
        await Styles.SetAsync(s_oil);
        IRenderedComponent<StylesPage> page = Render<StylesPage>();

        page.Find("[data-testid=edit-style]").Click();
        page.Find("[data-testid=delete-style]").Click();
        page.WaitForAssertion(() => Assert.Empty(Styles.All));
        NoticeService notices = Services.GetRequiredService<NoticeService>();
        page.WaitForAssertion(() => Assert.Equal("Undo", notices.Current?.ActionLabel));
        await page.InvokeAsync(notices.Current!.Action!);

        Assert.Equal("Oil", Assert.Single(Styles.All).Name);
    }

    [Fact]
    public async Task Import_FileWithNamesThatAreHere_AsksBeforeItReplaces()
    {
        await Styles.SetAsync(s_oil);
        IRenderedComponent<StyleImporter> importer = Render<StyleImporter>();

        importer.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("name,prompt,negative_prompt\nOil,other,\nFilm,grain,\nFilm,again,\n", "styles.csv"));

        importer.WaitForAssertion(() => Assert.StartsWith("2 styles in styles.csv", importer.Find("[data-testid=found]").TextContent, StringComparison.Ordinal));
        Assert.Contains("Film", importer.Find("[data-testid=left-out]").TextContent, StringComparison.Ordinal);
        importer.Find("[data-testid=import]").Click();

        importer.WaitForAssertion(() => Assert.Equal(2, Styles.All.Count));
        Assert.Equal(s_oil.Prompt, Styles.Find("Oil")!.Prompt);
    }

    [Fact]
    public void Import_AnotherFile_SaysWhatIsExpected()
    {
        IRenderedComponent<StyleImporter> importer = Render<StyleImporter>();

        importer.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("hello", "notes.txt"));

        importer.WaitForAssertion(() => Assert.Contains("negative_prompt", importer.Find("[data-testid=left-out]").TextContent, StringComparison.Ordinal));
        Assert.Empty(importer.FindAll("[data-testid=import]"));
    }
}
