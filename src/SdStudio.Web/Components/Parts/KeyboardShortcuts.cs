namespace SdStudio.Web.Components.Parts;

/// <summary>
/// The keys of one browser tab. Pages register theirs and take them back when they are left; where two want the same key, the newest has it.
/// <see cref="KeyboardListener"/> hears them, except single keys while somebody types and everything while a dialog is open.
/// </summary>
public sealed class KeyboardShortcuts
{
    private readonly List<KeyboardShortcut> _all = [];

    /// <summary>All keys that work now, oldest registration first.</summary>
    public IReadOnlyList<KeyboardShortcut> All => [.. _all.Where(shortcut => Find(shortcut.Keys) == shortcut)];

    /// <summary>Raised when keys came or went.</summary>
    public event Action? Changed;

    /// <param name="keys">Modifiers in the order Ctrl, Alt, Shift, then the key's DOM name; letters small; Space is "Space". Ctrl is Command on a Mac.</param>
    /// <returns>Dispose it to give the key back.</returns>
    public IDisposable Register(string keys, string words, Func<Task> press) => Add(new KeyboardShortcut(keys, words, Everywhere: false, press));

    /// <inheritdoc cref="Register(string, string, Func{Task})"/>
    public IDisposable Register(string keys, string words, Action press)
    {
        ArgumentNullException.ThrowIfNull(press);
        return Register(keys, words, () =>
        {
            press();
            return Task.CompletedTask;
        });
    }

    internal IDisposable RegisterEverywhere(string keys, string words, Func<Task> press) => Add(new KeyboardShortcut(keys, words, Everywhere: true, press));

    /// <summary>Does what the key is for; nothing when it is nobody's.</summary>
    internal Task PressAsync(string keys) => Find(keys)?.Press() ?? Task.CompletedTask;

    private KeyboardShortcut? Find(string keys) => _all.FindLast(shortcut => shortcut.Keys == keys);

    private Registration Add(KeyboardShortcut shortcut)
    {
        _all.Add(shortcut);
        Changed?.Invoke();
        return new Registration(this, shortcut);
    }

    private void Remove(KeyboardShortcut shortcut)
    {
        if (_all.Remove(shortcut))
        {
            Changed?.Invoke();
        }
    }

    private sealed class Registration(KeyboardShortcuts owner, KeyboardShortcut shortcut) : IDisposable
    {
        public void Dispose() => owner.Remove(shortcut);
    }
}
