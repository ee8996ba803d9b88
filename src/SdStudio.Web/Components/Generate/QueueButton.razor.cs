using Microsoft.AspNetCore.Components;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Generate;

/// <summary>How many pictures wait or are made, one's own first; opens the list.</summary>
public sealed partial class QueueButton : ComponentBase, IDisposable
{
    private IDisposable? _subscription;
    private bool _open;

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    private int All { get; set; }

    private int Mine { get; set; }

    private string Name => All == 0 ? "Queue 0/0: nothing waits" : $"Queue {Mine}/{All}: {Mine} of {All} {(Mine == 1 ? "is" : "are")} yours";

    protected override void OnInitialized()
    {
        _subscription = Queue.Subscribe(() => InvokeAsync(() =>
        {
            Read();
            StateHasChanged();
        }));
        Read();
    }

    public void Dispose() => _subscription?.Dispose();

    private void Read()
    {
        // A plot is one entry, however many of its pictures are on their way.
        List<GenerationJob> jobs = [.. Queue.Jobs.DistinctBy(job => (job.Plot?.Plot, job.Plot is null ? job.Id : 0))];
        (All, Mine) = (jobs.Count, jobs.Count(job => job.Owner == Browser.Id));
    }
}
