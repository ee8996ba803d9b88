using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class KeyboardHelpTests : PartsContext
{
    [Fact]
    public void KeyboardHelp_Open_ListsKeysOfThePageBeforeThoseOfTheFrame()
    {
        KeyboardShortcuts shortcuts = Services.GetRequiredService<KeyboardShortcuts>();
        shortcuts.RegisterEverywhere("g", "Gallery", () => Task.CompletedTask);
        shortcuts.Register("Ctrl+Enter", "Generate", () => { });

        var help = Render<KeyboardHelp>(parameters => parameters.Add(p => p.IsOpen, true));

        Assert.Equal(["On this page", "Everywhere"], help.FindAll("h3").Select(heading => heading.TextContent));
        Assert.Equal(["Generate", "Gallery"], help.FindAll("dt").Select(term => term.TextContent));
        Assert.Equal(["Ctrl", "Enter", "G"], help.FindAll("kbd").Select(key => key.TextContent));
    }

    [Fact]
    public void KeyboardHelp_Closed_IsADialogWithoutContent()
    {
        var help = Render<KeyboardHelp>();

        Assert.Empty(help.Find("dialog").Children);
    }
}
