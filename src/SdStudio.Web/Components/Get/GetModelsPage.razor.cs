using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Downloads;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Get;

/// <summary>From a link to a model in the folder: what it is, how far it is, and a few models to begin with.</summary>
public sealed partial class GetModelsPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<DownloadEntry> _entries = [];
    private HashSet<StarterModel>? _here;
    private IReadOnlyList<DownloadPlan>? _plans;
    private CancellationTokenSource? _stop;
    private IDisposable? _subscription;
    private string _link = "";
    private string? _problem;

    /// <summary>The host that is asked now; null: none.</summary>
    private string? _asking;

    [Inject]
    private DownloadQueue Queue { get; set; } = default!;

    [Inject]
    private DownloadFolder Folder { get; set; } = default!;

    [Inject]
    private DownloadSettings Settings { get; set; } = default!;

    [Inject]
    private ModelLinks Links { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    public void Dispose()
    {
        _subscription?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    protected override void OnInitialized()
    {
        _subscription = Queue.Subscribe(() => _ = InvokeAsync(ShowLatest));
        Look();
    }

    private void ShowLatest()
    {
        Look();
        StateHasChanged();
    }

    private void Look()
    {
        bool hasEnded = _entries.Count(IsDone) != (_entries = Queue.Entries).Count(IsDone);
        if (hasEnded || _here is null)
        {
            // The disk is asked when something came, not several times a second.
            _here = [.. StarterModels.All.Where(model => Folder.Has(model.Plan))];
        }

        static bool IsDone(DownloadEntry entry) => entry.State == DownloadState.Done;
    }

    private bool IsOrdered(StarterModel model) => _entries.Any(entry => entry.State != DownloadState.Done && entry.Plan.Target == model.Plan.Target);

    private async Task FindAsync()
    {
        (_problem, _plans) = (null, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_left.Token);
        _stop = stop;
        _asking = Uri.TryCreate(_link.Trim(), UriKind.Absolute, out Uri? address) && address.Host.Length > 0 ? address.Host : Settings.HuggingFace.Host;
        try
        {
            Owner.Demand("get models");
            _plans = await Links.FindAsync(_link, stop.Token);
        }
        catch (Exception problem) when (problem is DownloadException or OwnerOnlyException)
        {
            _problem = problem.Message;
        }
        catch (OperationCanceledException)
        {
            // Cancelled, or the page was left.
        }
        finally
        {
            (_stop, _asking) = (null, null);
        }
    }

    private void StopAsking() => _stop?.Cancel();

    /// <summary>Whether one may is asked when it counts: the page may be older than the passphrase.</summary>
    private void Order(DownloadPlan plan)
    {
        _problem = null;
        try
        {
            Queue.Add(plan, Owner);
            (_plans, _link) = (null, "");
            Notices.Show($"{plan.Title} is being downloaded");
        }
        catch (Exception problem) when (problem is DownloadException or OwnerOnlyException)
        {
            Notices.Show(problem.Message);
        }

        Look();
    }
}
