using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Styles;

namespace SdStudio.Web.Components.Prompts;

/// <summary>All styles as cards, each with a picture made with it.</summary>
public sealed partial class StylesPage : ComponentBase, IDisposable
{
    private const int PageSize = 60;

    private static readonly PromptStyle s_new = new(0, "", "", "");

    private Dictionary<long, GalleryImage> _pictures = [];
    private PromptStyle? _edited;
    private string _words = "";
    private int _most = PageSize;
    private bool _importing;

    [Inject]
    private StyleStore Styles { get; set; } = null!;

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    private IReadOnlyList<PromptStyle> Shown => [.. Styles.All.Where(style => _words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        style.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || style.Prompt.Contains(word, StringComparison.OrdinalIgnoreCase)))];

    public void Dispose() => Styles.Changed -= OnChanged;

    protected override async Task OnInitializedAsync()
    {
        Styles.Changed += OnChanged;
        await LoadAsync();
    }

    private void OnChanged() => InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    private async Task LoadAsync()
    {
        long[] ids = [.. Styles.All.Select(style => style.PictureId).OfType<long>().Distinct()];
        IReadOnlyList<GalleryImage> found = ids.Length == 0 ? [] : await Gallery.FindAsync(ids);
        _pictures = found.Where(image => image.TrashedAt is null).ToDictionary(image => image.Id);
    }

    private void Edit(PromptStyle style) => _edited = style;

    private void CloseEditor() => _edited = null;
}
