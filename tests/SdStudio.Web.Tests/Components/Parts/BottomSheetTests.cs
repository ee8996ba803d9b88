using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class BottomSheetTests : PartsContext
{
    private readonly BunitJSModuleInterop _module;
    private bool _open;

    public BottomSheetTests()
    {
        _module = JSInterop.SetupModule("./Components/Parts/BottomSheet.razor.js");
        _module.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void BottomSheet_Opened_IsANamedDialogAndOpensOnce()
    {
        var sheet = Sheet(open: true);
        sheet.Render();

        string id = sheet.Find("dialog").GetAttribute("aria-labelledby")!;
        Assert.Equal("Settings", sheet.Find($"#{id}").TextContent);
        Assert.Contains("Steps", sheet.Markup);
        Assert.Single(_module.Invocations["open"]);
    }

    [Fact]
    public void BottomSheet_Closed_HoldsNoContentAndNoScript()
    {
        var sheet = Sheet(open: false);

        Assert.DoesNotContain("Steps", sheet.Markup);
        Assert.Empty(_module.Invocations);
    }

    [Fact]
    public async Task BottomSheet_BrowserClosedIt_TellsThePageAndTheAddressAsItIsNow()
    {
        var sheet = Sheet(open: true);

        string address = await sheet.InvokeAsync(() => sheet.Instance.ClosedAsync());

        Assert.False(_open);
        Assert.Equal("http://localhost/", address);
    }

    [Fact]
    public void BottomSheet_DonePressed_Closes()
    {
        var sheet = Sheet(open: true);

        sheet.Find("button").Click();

        Assert.False(_open);
    }

    private IRenderedComponent<BottomSheet> Sheet(bool open)
    {
        _open = open;
        return Render<BottomSheet>(parameters => parameters
            .Add(p => p.Title, "Settings")
            .Bind(p => p.IsOpen, _open, value => _open = value)
            .AddChildContent("<p>Steps</p>"));
    }
}
