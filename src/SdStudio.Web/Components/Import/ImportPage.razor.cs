using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Import;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Imports;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Import;

/// <summary>Takes folders of this computer into the gallery. Everybody sees how far they are; only the owner sees where they lie and orders them.</summary>
public sealed partial class ImportPage : ComponentBase, IDisposable
{
    private IReadOnlyList<ImportEntry> _entries = [];
    private IDisposable? _subscription;
    private string _folder = "";
    private string? _problem;
    private bool _stay;
    private bool _busy;

    [Inject]
    private ImportQueue Queue { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    private static string Example => OperatingSystem.IsWindows() ? @"D:\stable-diffusion-webui\outputs" : "/home/me/ComfyUI/output";

    /// <summary>For screen readers: it changes when an import begins and ends, and at nothing in between.</summary>
    private string? Announcement => _entries.Count == 0 ? null : _entries[0].Import.State switch
    {
        ImportState.Open => $"{NameOf(_entries[0].Import)} is being imported",
        ImportState.Done => $"{NameOf(_entries[0].Import)} is imported",
        _ => $"The import of {NameOf(_entries[0].Import)} has stopped",
    };

    public void Dispose() => _subscription?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _subscription = Queue.Subscribe(() => _ = InvokeAsync(async () =>
        {
            await LoadAsync();
            StateHasChanged();
        }));
        await LoadAsync();
    }

    private async Task LoadAsync() => _entries = await Queue.ListAsync();

    /// <summary>Where a folder lies is nobody's business but the owner's.</summary>
    private string NameOf(FolderImport import) => Owner.IsOwner ? import.Folder : Path.GetFileName(import.Folder);

    private async Task AddAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            _problem = await Queue.AddAsync(_folder, copies: !_stay, Owner, Browser.Id);
            _folder = _problem is null ? "" : _folder;
        }
        catch (OwnerOnlyException problem)
        {
            Notices.Show(problem.Message);
        }
        finally
        {
            _busy = false;
        }

        await LoadAsync();
    }

    /// <summary>Whether one may is asked when it counts: the page may be older than the passphrase.</summary>
    private async Task ChangeAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (OwnerOnlyException problem)
        {
            Notices.Show(problem.Message);
        }

        await LoadAsync();
    }
}
