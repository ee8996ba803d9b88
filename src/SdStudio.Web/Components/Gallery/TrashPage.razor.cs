using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Components.Gallery;

/// <summary>Deleted pictures, on their way out: they can come back for thirty days.</summary>
public sealed partial class TrashPage : ComponentBase, IDisposable
{
    private static readonly GalleryQuery s_trash = new(Trash: true);

    private readonly PictureSelection _selection = new();
    private IReadOnlyList<GalleryTile>? _tiles;
    private bool _asking;
    private bool _gone;

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private IOptions<GalleryOptions> Options { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Days => Count.Of(Options.Value.TrashDays, "day");

    public void Dispose()
    {
        _gone = true;
        Gallery.Changed -= PictureChanged;
        _selection.Changed -= StateHasChanged;
    }

    protected override async Task OnInitializedAsync()
    {
        Gallery.Changed += PictureChanged;
        _selection.Changed += StateHasChanged;
        await LoadAsync();
    }

    private void PictureChanged(long id) => _ = InvokeAsync(async () =>
    {
        if (!_gone)
        {
            await LoadAsync();
            StateHasChanged();
        }
    });

    private async Task LoadAsync()
    {
        _tiles = await Gallery.TilesAsync(s_trash);
        _selection.Keep(_tiles.Select(tile => tile.Id).ToHashSet());
    }

    private async Task RestoreAsync()
    {
        IReadOnlyList<long> ids = _selection.Ids;
        _selection.Clear();
        int restored = await Gallery.RestoreAsync(ids);
        await LoadAsync();
        Notices.ShowUndo($"{PictureWords.Pictures(restored)} back in the gallery", () => Gallery.TrashAsync(ids));
    }

    private async Task PurgeAsync()
    {
        _asking = false;
        _selection.Clear();
        int deleted = await Gallery.PurgeAsync(Clock.GetUtcNow());
        await LoadAsync();
        Notices.Show($"{PictureWords.Pictures(deleted)} deleted for good");
    }
}
