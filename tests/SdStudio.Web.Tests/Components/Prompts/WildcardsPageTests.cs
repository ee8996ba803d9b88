using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Components.Prompts;

namespace SdStudio.Web.Tests.Components.Prompts;

public sealed class WildcardsPageTests : PromptsContext
{
    private const string Script = "./Components/Prompts/WildcardEditor.razor.js";

    [Fact]
    public async Task Page_Files_AreListedAndSearched()
    {
        await Wildcards.CreateAsync("animals/birds", "robin\nwren");
        await Wildcards.CreateAsync("colours", "red");
        IRenderedComponent<WildcardsPage> page = Render<WildcardsPage>();

        Assert.Equal(["animals/birds2 options", "colours1 options"], Listed(page));
        page.Find("[data-testid=wildcard-search]").Input("bird");

        Assert.Equal(["animals/birds2 options"], Listed(page));
    }

    [Fact]
    public async Task Page_FileAddedByOthers_AppearsByItself()
    {
        IRenderedComponent<WildcardsPage> page = Render<WildcardsPage>();

        await Wildcards.CreateAsync("colours", "red");

        page.WaitForAssertion(() => Assert.Single(Listed(page)));
    }

    [Fact]
    public async Task Page_NameThatIsNotHere_SaysSo()
    {
        await Wildcards.CreateAsync("colours", "red");

        Assert.Contains("../colours", Open("/wildcards?name=..%2Fcolours").Find("[data-testid=empty-state]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Editor_Opened_ShowsTheTextAndTenExamples()
    {
        await Wildcards.CreateAsync("colours", "# warm\nred");

        IRenderedComponent<WildcardsPage> page = Open("/wildcards?name=colours");

        Assert.Equal("# warm\nred", page.Find("[data-testid=wildcard-text]").GetAttribute("value"));
        Assert.Equal(Enumerable.Repeat("red", 10), page.FindAll("[data-testid=examples] li").Select(item => item.TextContent));
    }

    [Fact]
    public async Task Editor_Save_WritesWhatTheBrowserHolds()
    {
        await Wildcards.CreateAsync("colours", "red");
        IRenderedComponent<WildcardsPage> page = Open("/wildcards?name=colours", typed: "green\nblue");

        page.Find("[data-testid=save-wildcard]").Click();

        page.WaitForAssertion(() => Assert.Equal(["green", "blue"], Wildcards.LinesOf("colours")));
    }

    [Fact]
    public async Task Editor_SaveWithAnotherName_RenamesAndOpensIt()
    {
        await Wildcards.CreateAsync("colours", "red");
        IRenderedComponent<WildcardsPage> page = Open("/wildcards?name=colours", typed: "green");

        page.Find("[data-testid=wildcard-name]").Input("warm/colours");
        page.Find("[data-testid=save-wildcard]").Click();

        page.WaitForAssertion(() => Assert.EndsWith("name=warm%2Fcolours", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal(["warm/colours"], Wildcards.Names);
        Assert.Equal(["green"], Wildcards.LinesOf("warm/colours"));
    }

    [Theory]
    [InlineData("../colours")]
    [InlineData("")]
    public void Editor_CreateWithAHostileName_SaysWhatIsWrong(string name)
    {
        IRenderedComponent<WildcardsPage> page = Open("/wildcards?new=1", typed: "green");

        page.Find("[data-testid=wildcard-name]").Input(name);
        page.Find("[data-testid=save-wildcard]").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.Find("[role=alert]").TextContent));
        Assert.Empty(Wildcards.Names);
    }

    [Fact]
    public void Editor_Create_MakesTheFile()
    {
        IRenderedComponent<WildcardsPage> page = Open("/wildcards?new=1", typed: "green");

        page.Find("[data-testid=wildcard-name]").Input("colours");
        page.Find("[data-testid=save-wildcard]").Click();

        page.WaitForAssertion(() => Assert.Equal(["green"], Wildcards.LinesOf("colours")));
    }

    [Fact]
    public async Task Editor_Delete_CanBeUndone()
    {
        await Wildcards.CreateAsync("colours", "red");
        IRenderedComponent<WildcardsPage> page = Open("/wildcards?name=colours");

        page.Find("[data-testid=delete-wildcard]").Click();
        page.WaitForAssertion(() => Assert.Empty(Wildcards.Names));
        NoticeService notices = Services.GetRequiredService<NoticeService>();
        page.WaitForAssertion(() => Assert.Equal("Undo", notices.Current?.ActionLabel));
        await page.InvokeAsync(notices.Current!.Action!);

        Assert.Equal(["colours"], Wildcards.Names);
    }

    [Fact]
    public void TryOut_UnknownName_SaysSoAndLeavesItAsItIs()
    {
        IRenderedComponent<PromptTryOut> tryOut = Render<PromptTryOut>(parameters => parameters.Add(part => part.Text, "a __nothing__"));

        Assert.Contains("nothing", tryOut.Find(".unknown").TextContent, StringComparison.Ordinal);
        Assert.All(tryOut.FindAll("li"), item => Assert.Equal("a __nothing__", item.TextContent));
    }

    private static IEnumerable<string> Listed(IRenderedComponent<WildcardsPage> page) => page.FindAll("[data-testid=wildcards] a").Select(link => string.Concat(link.TextContent.Split('\n').Select(line => line.Trim())));

    private IRenderedComponent<WildcardsPage> Open(string address, string typed = "")
    {
        BunitJSModuleInterop module = JSInterop.SetupModule(Script);
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<IJSStreamReference>("text", _ => true).SetResult(new TextOfTheBrowser(typed));
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<WildcardsPage>();
    }

    private sealed class TextOfTheBrowser(string text) : IJSStreamReference
    {
        public long Length => Encoding.UTF8.GetByteCount(text);

        public ValueTask<Stream> OpenReadStreamAsync(long maxAllowedSize = 512000, CancellationToken cancellationToken = default) => ValueTask.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
