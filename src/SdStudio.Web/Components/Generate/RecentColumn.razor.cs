using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>The newest pictures of everybody at home, the one that is being made on top.</summary>
public sealed partial class RecentColumn : ComponentBase, IDisposable
{
    private const int Shown = 24;

    private IReadOnlyList<(string Day, IReadOnlyList<GalleryImage> Images)> _days = [];

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Parameter]
    public GenerationJob? Running { get; set; }

    /// <summary>Whether the canvas shows the running job.</summary>
    [Parameter]
    public bool IsLive { get; set; }

    /// <summary>The picture on the canvas.</summary>
    [Parameter]
    public long? ShownId { get; set; }

    [Parameter]
    public EventCallback<GalleryImage> OnShow { get; set; }

    [Parameter]
    public EventCallback OnShowLive { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Gallery.Changed += OnGalleryChanged;
        await LoadAsync();
    }

    public void Dispose() => Gallery.Changed -= OnGalleryChanged;

    private void OnGalleryChanged(long id) => InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    private async Task LoadAsync()
    {
        IReadOnlyList<GalleryImage> newest = await Gallery.PageAsync(new GalleryQuery(), before: null, limit: Shown);
        _days = [.. newest.GroupBy(image => Words.Day(image.CreatedAt, Clock)).Select(day => (day.Key, (IReadOnlyList<GalleryImage>)[.. day]))];
    }
}
