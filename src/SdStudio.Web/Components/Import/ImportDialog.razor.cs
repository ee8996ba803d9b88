using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Import;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Imports;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Import;

/// <summary>Shows what was understood of a picture, and asks what shall become of it.</summary>
public sealed partial class ImportDialog : ComponentBase
{
    private const int LongestShown = 20_000;

    private readonly string _id = $"import-{Guid.NewGuid():N}";
    private ElementReference _preview;
    private ResolvedRecipe? _resolved;
    private string _instead = "";
    private string? _problem;
    private bool _keeping;

    [Parameter, EditorRequired]
    public required BroughtPicture Brought { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    /// <summary>The place of the picture is there and wants to be filled.</summary>
    [Parameter]
    public EventCallback<ElementReference> OnShown { get; set; }

    [Parameter]
    public EventCallback<ImageRecipe> OnMake { get; set; }

    [Parameter]
    public EventCallback<ImageRecipe> OnEdit { get; set; }

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private RecipeLimits Limits { get; set; } = default!;

    [Inject]
    private PictureIntake Intake { get; set; } = default!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Title => Brought.Reading.Recipe is { } read ? $"Made with {read.Program}" : "Nothing to read";

    private ImageRecipe? Recipe => _resolved?.Recipe;

    private IEnumerable<ModelFile> Usable => Catalog.Models.Where(model => model.Kind == ModelKind.Checkpoint && model.Problem is null);

    /// <summary>With what is here: another model in the place of one that is not, and without the LoRAs that are not.</summary>
    private ImageRecipe ToMake => _resolved!.HasCheckpoint ? _resolved.WithoutMissing() : _resolved.WithoutMissing() with { Checkpoint = _instead };

    private string Facts => Brought.Reading is { Format: { } format, Width: > 0 } reading
        ? $"{format.Name()}, {PixelSize.Text(reading.Width, reading.Height)}"
        : Brought.Reading.Format?.Name() ?? "";

    protected override void OnInitialized()
    {
        if (Brought.Reading.Recipe is { } read)
        {
            _resolved = ResolvedRecipe.Of(read, Catalog);
            _instead = Usable.FirstOrDefault()?.Name ?? "";
            Check();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && Brought.IsPicture)
        {
            await OnShown.InvokeAsync(_preview);
        }
    }

    /// <summary>What keeps it from being made as it is, by the same rules as in the form.</summary>
    private void Check()
    {
        var form = new RecipeFormModel();
        form.Take(ToMake, keepSeed: true);
        FieldMessages messages = form.Validate(Catalog.Find(ModelKind.Checkpoint, form.Model), Limits);
        _problem = messages.IsEmpty ? null : $"{messages.First} Edit it first.";
    }

    private async Task KeepAsync()
    {
        _keeping = true;
        try
        {
            if (await Intake.KeepAsync(Brought.Upload.Path, Recipe, Browser.Id) is not var (image, isNew))
            {
                Notices.Show("This picture cannot be kept: its file is broken.");
                return;
            }

            Notices.Show(isNew ? "It is in the gallery" : "It was in the gallery already", "Open", () =>
            {
                Navigation.NavigateTo(GalleryAddress.Picture(image.Id));
                return Task.CompletedTask;
            });
            await IsOpenChanged.InvokeAsync(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Notices.Show($"The picture cannot be kept: {exception.Message}");
        }
        finally
        {
            _keeping = false;
        }
    }

    private string TitleOf(ModelKind kind, string name) => Catalog.Find(kind, name)?.Title ?? name;

    private static string KindOf(ModelKind kind) => kind switch
    {
        ModelKind.Lora => "LoRA",
        ModelKind.Embedding => "Embedding",
        ModelKind.Vae => "VAE",
        _ => "Model",
    };
}
