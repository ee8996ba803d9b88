using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Styles;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Prompts;

/// <summary>One style, while it is written.</summary>
public sealed partial class StyleEditor : ComponentBase
{
    /// <summary>Pictures to choose from: the newest ones.</summary>
    private const int MostOffered = 11;

    private readonly string _id = $"style-{Guid.NewGuid():N}";
    private IReadOnlyList<GalleryImage> _offered = [];
    private string _name = "";
    private string _prompt = "";
    private string _negative = "";
    private long? _picture;
    private string? _problem;

    [Parameter, EditorRequired]
    public required PromptStyle Style { get; set; }

    /// <summary>It is saved, deleted or left.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    private StyleStore Styles { get; set; } = null!;

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    [Inject]
    private NoticeService Notices { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        (_name, _prompt, _negative, _picture) = (Style.Name, Style.Prompt, Style.NegativePrompt, Style.ChosenPictureId);
        IReadOnlyList<GalleryImage> newest = await Gallery.PageAsync(new GalleryQuery(), before: null, MostOffered);
        IReadOnlyList<GalleryImage> chosen = _picture is { } id && newest.All(image => image.Id != id) ? await Gallery.FindAsync([id]) : [];
        _offered = [.. chosen, .. newest];
    }

    private async Task SaveAsync()
    {
        PromptStyle known = Style.Id == 0 ? Style : Styles.Find(Style.Id) ?? Style;
        PromptStyle written = known with { Name = _name.Trim(), Prompt = _prompt.Trim(), NegativePrompt = _negative.Trim(), ChosenPictureId = _picture };
        _problem = await Styles.SetAsync(written);
        if (_problem is null)
        {
            await OnClose.InvokeAsync();
        }
    }

    private async Task DeleteAsync()
    {
        PromptStyle? deleted = await Styles.DeleteAsync(Style.Id);
        await OnClose.InvokeAsync();
        if (deleted is not null)
        {
            Notices.ShowUndo($"{deleted.Name} was deleted", async () =>
            {
                if (await Styles.SetAsync(deleted) is { } problem)
                {
                    Notices.Show(problem);
                }
            });
        }
    }
}
