namespace SdStudio.Web.Components.Parts;

/// <summary>One key and what it does on the page that is shown.</summary>
/// <param name="Keys">The chord as the browser module writes it: "r", "/", "Ctrl+Enter", "Shift+Escape", "ArrowLeft".</param>
/// <param name="Words">What it does, for the list of all keys: "Re-roll".</param>
/// <param name="Everywhere">Belongs to the frame and not to one page.</param>
public sealed record KeyboardShortcut(string Keys, string Words, bool Everywhere, Func<Task> Press)
{
    /// <summary>The keys as they stand on keyboards: Ctrl, Enter; Shift, Esc; left arrow.</summary>
    public IReadOnlyList<string> Caps => [.. Keys.Split('+').Select(Cap)];

    private static string Cap(string key) => key switch
    {
        "Escape" => "Esc",
        "Delete" => "Del",
        "PageUp" => "PgUp",
        "PageDown" => "PgDn",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        { Length: 1 } => key.ToUpperInvariant(),
        _ => key,
    };
}
