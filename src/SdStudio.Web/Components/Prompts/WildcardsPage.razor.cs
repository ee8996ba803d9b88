using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Wildcards;

namespace SdStudio.Web.Components.Prompts;

/// <summary>The wildcard files: a list, and one of them open beside it.</summary>
public sealed partial class WildcardsPage : ComponentBase, IDisposable
{
    private const int PageSize = 200;
    private const string AddressOfNew = "/wildcards?new=1";

    private static readonly WildcardText s_empty = new("", "", null);

    private IReadOnlyList<WildcardFile> _files = [];
    private string _words = "";
    private int _most = PageSize;
    private (string Name, WildcardText? Text)? _opened;

    /// <summary>The one that is open.</summary>
    [SupplyParameterFromQuery(Name = "name")]
    private string? Name { get; set; }

    [SupplyParameterFromQuery(Name = "new")]
    private string? New { get; set; }

    [Inject]
    private WildcardFolder Wildcards { get; set; } = null!;

    private bool IsOpen => Name is not null || New is not null;

    private IReadOnlyList<WildcardFile> Shown =>
        [.. _files.Where(file => _words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => file.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>Something to begin with that works here.</summary>
    private string Example => _files.FirstOrDefault(file => file.Problem is null) is { } file ? $"a {{red|blue}} __{file.Name}__" : "a {red|green|blue} {house|boat} at {dawn|night}";

    public static string AddressOf(string name) => $"/wildcards?name={Uri.EscapeDataString(name)}";

    public void Dispose() => Wildcards.Changed -= OnChanged;

    protected override void OnInitialized()
    {
        Wildcards.Changed += OnChanged;
        _files = Wildcards.List();
    }

    /// <summary>Read once: what others write meanwhile is noticed when it is saved.</summary>
    protected override void OnParametersSet()
    {
        if (_opened?.Name != Name)
        {
            _opened = Name is null ? null : (Name, Wildcards.Read(Name));
        }
    }

    private static string FolderOf(string name) => name[..(name.LastIndexOf('/') + 1)];

    private void OnChanged() => InvokeAsync(() =>
    {
        _files = Wildcards.List();
        StateHasChanged();
    });
}
