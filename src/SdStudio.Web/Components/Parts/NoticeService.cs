namespace SdStudio.Web.Components.Parts;

/// <summary>
/// The notices of one browser tab: one at a time, the newest wins. Deleting and the like happen at once and offer Undo here,
/// instead of asking "Are you sure?" first.
/// </summary>
public sealed class NoticeService
{
    private static readonly TimeSpan s_lasts = TimeSpan.FromSeconds(10);

    /// <summary>What is shown now.</summary>
    public Notice? Current { get; private set; }

    /// <summary>Raised when <see cref="Current"/> was replaced or taken away.</summary>
    public event Action? Changed;

    public void Show(string text) => Set(new Notice(text, null, null, s_lasts));

    /// <param name="undo">Puts everything back as it was; runs when "Undo" is pressed within ten seconds.</param>
    public void ShowUndo(string text, Func<Task> undo) => Show(text, "Undo", undo);

    public void Show(string text, string actionLabel, Func<Task> action) => Set(new Notice(text, actionLabel, action, s_lasts));

    /// <summary>Takes a notice away; nothing happens when another one has taken its place.</summary>
    public void Dismiss(Notice notice)
    {
        if (Current == notice)
        {
            Set(null);
        }
    }

    private void Set(Notice? notice)
    {
        Current = notice;
        Changed?.Invoke();
    }
}
