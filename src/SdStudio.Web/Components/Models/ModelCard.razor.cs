using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Endpoints;

namespace SdStudio.Web.Components.Models;

/// <summary>A model of any kind on the Models page.</summary>
public sealed partial class ModelCard : ComponentBase
{
    private const int MostPictures = 3, MostWords = 3;

    private readonly string _titleId = $"model-{Guid.NewGuid():N}";
    private IReadOnlyList<string> _covers = [];
    private (string? Version, int Pictures, DateTimeOffset? LastUsedAt)? _coveredAt;

    [Parameter, EditorRequired]
    public required ModelEntry Entry { get; set; }

    /// <summary>In memory now: its next picture starts at once.</summary>
    [Parameter]
    public bool IsLoaded { get; set; }

    [Inject]
    private ModelLibrary Library { get; set; } = default!;

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    private ModelFile Model => Entry.File;

    protected override async Task OnParametersSetAsync()
    {
        var now = (Model.PreviewVersion, Entry.Pictures, Entry.LastUsedAt);
        if (_coveredAt != now)
        {
            _coveredAt = now;
            _covers = await CoversAsync();
        }
    }

    /// <summary>The picture beside the file, else the best that was made with it; then the newest.</summary>
    private async Task<IReadOnlyList<string>> CoversAsync()
    {
        string? beside = ModelEndpoints.AddressOf(Model, 512);
        if (Entry.Pictures == 0)
        {
            return beside is null ? [] : [beside];
        }

        GalleryImage? best = beside is null ? await Library.BestPictureAsync(Entry.MadeWith) : null;
        IReadOnlyList<GalleryImage> newest = await Gallery.PageAsync(new GalleryQuery { MadeWith = Entry.MadeWith }, before: null, MostPictures);
        string? first = beside ?? (best is null ? null : GalleryAddress.Thumbnail(best, 512));
        return [.. new[] { first }.OfType<string>(), .. newest.Where(image => image.Id != best?.Id).Take(MostPictures - 1).Select(image => GalleryAddress.Thumbnail(image, 256))];
    }
}
