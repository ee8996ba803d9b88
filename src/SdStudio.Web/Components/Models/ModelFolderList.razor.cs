using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Models;

/// <summary>Lists the model folders; the owner adds and removes some.</summary>
public sealed partial class ModelFolderList : ComponentBase, IDisposable
{
    private readonly string _id = $"root-{Guid.NewGuid():N}";
    private IReadOnlyList<ModelRoot> _roots = [];
    private string _path = "";
    private string? _problem;
    private bool _busy;

    [Inject]
    private ModelRootStore Roots { get; set; } = default!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    /// <summary>After a folder was added or removed: the models have to be looked for again.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    private static string Example => OperatingSystem.IsWindows() ? @"D:\ComfyUI" : "/home/me/ComfyUI";

    public void Dispose() => Roots.Changed -= OnRootsChanged;

    protected override async Task OnInitializedAsync()
    {
        Roots.Changed += OnRootsChanged;
        await LoadAsync();
    }

    private async Task LoadAsync() => _roots = await Roots.ListAsync();

    private void OnRootsChanged() => _ = InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    /// <summary>Where a folder lies is nobody's business but the owner's.</summary>
    private string Name(ModelRoot root) => Owner.IsOwner ? root.Path : Path.GetFileName(root.Path.TrimEnd(Path.DirectorySeparatorChar));

    private async Task AddAsync()
    {
        // The page may be old: whether one is the owner is asked when it counts.
        if (!Owner.IsOwner || _busy)
        {
            return;
        }

        _busy = true;
        try
        {
            _problem = await Roots.AddAsync(_path);
            if (_problem is null)
            {
                _path = "";
                await OnChanged.InvokeAsync();
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task RemoveAsync(ModelRoot root)
    {
        if (!Owner.IsOwner || !await Roots.RemoveAsync(root.Path))
        {
            return;
        }

        await OnChanged.InvokeAsync();
        Notices.ShowUndo($"{Path.GetFileName(root.Path)} is off the list", async () =>
        {
            if (Owner.IsOwner)
            {
                await Roots.AddAsync(root.Path);
                await Catalog.ScanAsync();
            }
        });
    }
}
