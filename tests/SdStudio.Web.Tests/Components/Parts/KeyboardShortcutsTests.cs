using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class KeyboardShortcutsTests
{
    private readonly KeyboardShortcuts _shortcuts = new();
    private readonly List<string> _pressed = [];

    [Fact]
    public async Task Press_TwoWantTheSameKey_TheNewestHasItUntilItIsGivenBack()
    {
        using IDisposable frame = _shortcuts.RegisterEverywhere("c", "Create", () => Note("frame"));
        IDisposable page = _shortcuts.Register("c", "Compare", () => Note("page"));
        await _shortcuts.PressAsync("c");
        Assert.Equal("Compare", Assert.Single(_shortcuts.All).Words);

        page.Dispose();
        await _shortcuts.PressAsync("c");

        Assert.Equal(["page", "frame"], _pressed);
    }

    [Fact]
    public async Task Press_KeyOfNobody_DoesNothing()
    {
        await _shortcuts.PressAsync("z");

        Assert.Empty(_pressed);
    }

    [Fact]
    public void Changed_KeysComeAndGo_IsRaisedForEach()
    {
        int changes = 0;
        _shortcuts.Changed += () => changes++;

        IDisposable key = _shortcuts.Register("r", "Re-roll", () => Note("r"));
        key.Dispose();
        key.Dispose();

        Assert.Equal(2, changes);
    }

    [Theory]
    [InlineData("Ctrl+Enter", "Ctrl Enter")]
    [InlineData("Shift+Escape", "Shift Esc")]
    [InlineData("r", "R")]
    [InlineData("/", "/")]
    [InlineData("Alt+ArrowUp", "Alt ↑")]
    [InlineData("Delete", "Del")]
    public void Caps_Chord_ReadsLikeAKeyboard(string keys, string expected) =>
        Assert.Equal(expected, string.Join(' ', new KeyboardShortcut(keys, "", false, () => Task.CompletedTask).Caps));

    private Task Note(string what)
    {
        _pressed.Add(what);
        return Task.CompletedTask;
    }
}
