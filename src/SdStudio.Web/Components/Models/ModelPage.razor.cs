using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Models;

/// <summary>All that is known of one model, and what can be written down about it: notes and the settings to begin with.</summary>
public sealed partial class ModelPage : ComponentBase, IDisposable
{
    private const int MostPictures = 12;

    private ModelEntry? _entry;
    private IReadOnlyList<GalleryImage> _pictures = [];
    private bool _looked;
    private LibraryFollower _following = null!;

    /// <summary>See <see cref="ModelFile.Id"/>.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private ModelLibrary Library { get; set; } = default!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private ModelProfileStore Profiles { get; set; } = default!;

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = default!;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private ModelFile Model => _entry!.File;

    public void Dispose() => _following.Dispose();

    protected override void OnInitialized() => _following = new LibraryFollower(Catalog, Gallery, Queue, Clock, InvokeAsync, ReloadAsync, StateHasChanged);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        string id = Id;
        ModelEntry? entry = await Library.FindAsync(id);
        IReadOnlyList<GalleryImage> pictures = entry is not { Pictures: > 0 } ? []
            : await Gallery.PageAsync(new GalleryQuery { MadeWith = entry.MadeWith }, before: null, MostPictures);
        if (id == Id)
        {
            (_entry, _pictures, _looked) = (entry, pictures, true);
        }
    }

    private async Task ReloadAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task NoteAsync(ChangeEventArgs e)
    {
        string notes = e.Value as string ?? "";
        await Profiles.SetNotesAsync(Model, notes.Length > ModelProfileStore.LongestNotes ? notes[..ModelProfileStore.LongestNotes] : notes);
        Notices.Show(string.IsNullOrWhiteSpace(notes) ? "The notes are gone" : "The notes are kept");
    }
}
