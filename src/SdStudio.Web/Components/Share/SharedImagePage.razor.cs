using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Models;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Configuration;
using SdStudio.Web.Endpoints;

namespace SdStudio.Web.Components.Share;

/// <summary>
/// What a share link opens. When the recipe is not shared, nothing of it is in the page: no title made from the words, no
/// alternative text, no tag for previews.
/// </summary>
public sealed partial class SharedImagePage : ComponentBase
{
    /// <summary>The link and its picture; null for a link that has ended or never was.</summary>
    [Parameter]
    public (ShareLink Link, GalleryImage Image)? Opened { get; set; }

    /// <summary>The page's own path, such as <c>/s/abc</c>.</summary>
    [Parameter]
    public string Path { get; set; } = "";

    /// <summary>The same with scheme and host: previews in messengers need the whole address.</summary>
    [Parameter]
    public string Address { get; set; } = "";

    /// <summary>Bytes of the file, when known.</summary>
    [Parameter]
    public long? FileSize { get; set; }

    [Inject]
    private ModelCatalog Models { get; set; } = default!;

    [Inject]
    private IOptions<StudioOptions> Studio { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string StudioName => Studio.Value.Name;

    private ImageFormat Format => Opened is { } opened ? ShareEndpoints.FormatOf(opened.Link, opened.Image) : ImageFormat.Png;

    private string FileName => $"picture{Format.Extension()}";

    private string? SharedPrompt => Opened is { Link.ShowsRecipe: true } opened ? opened.Image.Recipe.Prompt : null;

    private string Title => Opened is null ? StudioName : SharedPrompt is { } prompt ? PictureWords.Title(prompt) : "A picture for you";

    private string AltText => SharedPrompt is { } prompt ? PictureWords.AltText(prompt) : "The shared picture";

    private string TitleOf(ModelKind kind, string name) => Models.Find(kind, name)?.Title ?? name;
}
