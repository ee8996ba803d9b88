using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace SdStudio.Web.Components.Gallery;

/// <summary>One box for the whole search: words, and conditions that become chips as soon as they are complete.</summary>
public sealed partial class SearchBox : ComponentBase, IDisposable
{
    // Short enough to feel live, long enough not to search for every letter.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private CancellationTokenSource? _waiting;
    private string _typed = "";
    private SearchText? _shown;

    [Parameter, EditorRequired]
    public required SearchText Search { get; set; }

    [Parameter]
    public EventCallback<SearchText> Changed { get; set; }

    /// <summary>What a condition's value is called: a model's title instead of its file name.</summary>
    [Parameter]
    public Func<SearchTerm, string> TermValue { get; set; } = term => term.Value;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    public void Dispose()
    {
        _waiting?.Cancel();
        _waiting?.Dispose();
    }

    protected override void OnParametersSet()
    {
        // Own typing comes back as a parameter; it must not overwrite what was typed since.
        if (_shown is null || (Search != _shown && Search.Words != _typed.Trim()))
        {
            _typed = Search.Words;
        }

        _shown = Search;
    }

    private async Task TypedAsync(ChangeEventArgs change)
    {
        _typed = change.Value as string ?? "";
        _waiting?.Cancel();
        _waiting?.Dispose();
        var waiting = _waiting = new CancellationTokenSource();
        try
        {
            await Task.Delay(s_pause, Time, waiting.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        // The last word may still grow; a condition is complete once a space follows it.
        int end = _typed.LastIndexOf(' ') + 1;
        string last = _typed[end..];
        SearchText complete = SearchText.Parse(_typed[..end]);
        if (last.Contains(':', StringComparison.Ordinal) || last.Contains('"', StringComparison.Ordinal))
        {
            if (complete.Terms.IsEmpty)
            {
                return;
            }

            _typed = $"{complete.Words} {last}".TrimStart();
        }
        else
        {
            complete = SearchText.Parse(_typed);
            _typed = complete.Terms.IsEmpty ? _typed : complete.Words;
        }

        await ApplyAsync(complete);
    }

    private async Task KeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Enter")
        {
            _waiting?.Cancel();
            SearchText typed = SearchText.Parse(_typed);
            _typed = typed.Words;
            await ApplyAsync(typed);
        }
        else if (key.Key == "Backspace" && _typed.Length == 0 && !Search.Terms.IsEmpty)
        {
            await Changed.InvokeAsync(Search.Without(Search.Terms[^1]));
        }
    }

    private async Task ApplyAsync(SearchText typed)
    {
        SearchText next = typed.Terms.Aggregate(Search, (search, term) => search.With(term)) with { Words = typed.Words };
        if (next != Search)
        {
            await Changed.InvokeAsync(next);
        }
    }
}
