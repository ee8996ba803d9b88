using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class KeyboardListenerTests : PartsContext
{
    private const string Module = "./Components/Parts/KeyboardListener.razor.js";

    [Fact]
    public void KeyboardListener_KeysChange_TellsTheBrowserWhichAreTaken()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule(Module);
        module.Mode = JSRuntimeMode.Loose;
        KeyboardShortcuts shortcuts = Services.GetRequiredService<KeyboardShortcuts>();
        shortcuts.Register("r", "Re-roll", () => { });
        var listener = Render<KeyboardListener>();

        Assert.Equal(["r"], Assert.IsType<string[]>(Assert.Single(module.Invocations["start"]).Arguments[1]));
        shortcuts.Register("Ctrl+Enter", "Generate", () => { });

        listener.WaitForAssertion(() => Assert.Equal(["r", "Ctrl+Enter"], Assert.IsType<string[]>(Assert.Single(module.Invocations["listen"]).Arguments[0])));
    }

    [Fact]
    public async Task KeyboardListener_KeyPressed_DoesWhatItIsFor()
    {
        bool pressed = false;
        Services.GetRequiredService<KeyboardShortcuts>().Register("r", "Re-roll", () => pressed = true);
        var listener = Render<KeyboardListener>();

        await listener.Instance.PressedAsync("r");

        Assert.True(pressed);
    }
}
