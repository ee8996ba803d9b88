using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class ModalDialogTests : PartsContext
{
    [Fact]
    public async Task ModalDialog_ClosedByTheBrowser_TellsItOnce()
    {
        int closed = 0;
        var dialog = Render<ModalDialog>(parameters => parameters
            .Add(p => p.Title, "Queue").Add(p => p.IsOpen, true).Add(p => p.Drawer, true)
            .Add(p => p.IsOpenChanged, (bool _) => closed++));

        await dialog.InvokeAsync(dialog.Instance.ClosedAsync);

        Assert.Equal(1, closed);
        Assert.Contains("drawer", dialog.Find("dialog").ClassList);
        Assert.Equal("Close", dialog.Find(".hd button").GetAttribute("aria-label"));
    }
}
