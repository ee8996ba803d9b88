using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Models;

/// <summary>A checkpoint or LoRA on the Models page.</summary>
public sealed partial class ModelCard : ComponentBase
{
    private const int MostPictures = 3;

    private readonly string _titleId = $"model-{Guid.NewGuid():N}";
    private IReadOnlyList<GalleryImage> _pictures = [];
    private int _count;

    [Parameter, EditorRequired]
    public required ModelFile Model { get; set; }

    /// <summary>In memory now: its next picture starts at once.</summary>
    [Parameter]
    public bool IsLoaded { get; set; }

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    /// <summary>"Stable Diffusion 1.5 · 34 MB · 256 × 256".</summary>
    private string Facts => string.Join(" · ", new[]
    {
        Model.Family,
        ByteSize.Text(Model.Size),
        Model.Kind == ModelKind.Checkpoint && Model.Problem is null ? PixelSize.Text(Model.NativeSize, Model.NativeSize) : null,
    }.OfType<string>());

    private string GalleryAddress => $"/gallery?q={Uri.EscapeDataString(SearchTerm)}";

    private string SearchTerm
    {
        get
        {
            string word = Model.Kind == ModelKind.Lora ? "lora" : "model";
            return Model.Name.Any(char.IsWhiteSpace) ? $"{word}:\"{Model.Name}\"" : $"{word}:{Model.Name}";
        }
    }

    private string CreateAddress => Model.Kind == ModelKind.Lora
        ? $"/?lora={Uri.EscapeDataString($"{Model.Name}:0.8")}"
        : $"/?model={Uri.EscapeDataString(Model.Name)}";

    protected override async Task OnInitializedAsync()
    {
        if (Model.Problem is not null)
        {
            return;
        }

        GalleryQuery query = Model.Kind == ModelKind.Lora ? new GalleryQuery(Lora: Model.Name) : new GalleryQuery(Checkpoint: Model.Name);
        _pictures = await Gallery.PageAsync(query, before: null, MostPictures);
        _count = _pictures.Count < MostPictures ? _pictures.Count : await Gallery.CountAsync(query);
    }
}
