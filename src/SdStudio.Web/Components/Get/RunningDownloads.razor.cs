using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Downloads;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Get;

/// <summary>What is on its way to the model folder, kept up to date by itself.</summary>
public sealed partial class RunningDownloads : ComponentBase, IDisposable
{
    private IReadOnlyList<DownloadEntry> _entries = [];
    private IDisposable? _subscription;

    /// <summary>Whether what has just come is shown too; where the models themselves are shown it stands there already.</summary>
    [Parameter]
    public bool WithDone { get; set; }

    /// <summary>Of the cards' titles among the headings of the page.</summary>
    [Parameter]
    public int Level { get; set; } = 3;

    [Inject]
    private DownloadQueue Queue { get; set; } = default!;

    [Inject]
    private DownloadSettings Settings { get; set; } = default!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    public void Dispose() => _subscription?.Dispose();

    protected override void OnInitialized()
    {
        _subscription = Queue.Subscribe(() => _ = InvokeAsync(() =>
        {
            Look();
            StateHasChanged();
        }));
        Look();
    }

    private void Look() => _entries = [.. Queue.Entries.Where(entry => WithDone || entry.State != DownloadState.Done)];

    private ModelFile? ModelOf(DownloadEntry entry) => entry.Path is { } path ? Catalog.Models.FirstOrDefault(model => model.Path == path) : null;

    /// <summary>Whether one may is asked when it counts: the page may be older than the passphrase.</summary>
    private void Change(Action change)
    {
        try
        {
            change();
        }
        catch (OwnerOnlyException problem)
        {
            Notices.Show(problem.Message);
        }

        Look();
    }
}
