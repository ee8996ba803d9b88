using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Prompts;

/// <summary>Name and lines of one wildcard file; the parent sets <c>@key</c> to its name. What was written is kept when somebody goes on to another page.</summary>
public sealed partial class WildcardEditor : ComponentBase, IAsyncDisposable
{
    /// <summary>UTF-8 needs up to three bytes for a letter.</summary>
    private const long LargestText = 3L * WildcardFolder.LongestText;

    private static readonly string s_placeholder = "robin\nblackbird\n# a line like this is a comment";

    private readonly string _id = $"wildcard-{Guid.NewGuid():N}";
    private ElementReference _area;
    private ScriptModule? _script;
    private DotNetObjectReference<WildcardEditor>? _self;
    private string _name = "";
    private string _text = "";
    private string _version = "";
    private string? _problem;
    private bool _touched;
    private bool _busy;
    private int _saves;

    /// <summary>Empty for a new one.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required WildcardText Text { get; set; }

    [Inject]
    private WildcardFolder Wildcards { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private NoticeService Notices { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>The script says once that something was typed.</summary>
    [JSInvokable]
    public void Touched()
    {
        _touched = true;
        StateHasChanged();
    }

    /// <summary>Also Ctrl+S.</summary>
    [JSInvokable]
    public async Task SaveAsync()
    {
        string before = Name;
        if (await WriteAsync() && _name != before)
        {
            Navigation.NavigateTo(WildcardsPage.AddressOf(_name), replace: before.Length == 0);
        }

        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    // Not OnParametersSet: the page is drawn again when others change files, and this text is what was opened.
    protected override void OnInitialized() => (_name, _text, _version) = (Name, Text.Text, Text.Version);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = new ScriptModule(Js, "./Components/Prompts/WildcardEditor.razor.js");
            await _script.InvokeAsync("attach", _area, _self);
        }
    }

    private async Task<bool> WriteAsync()
    {
        if (_busy || _script is null)
        {
            return false;
        }

        _busy = true;
        try
        {
            string text = await TextAsync();
            string name = _name.Trim();
            bool renames = Name.Length > 0 && name != Name;
            _problem = (renames ? WildcardName.Problem(name) : null)
                ?? (Name.Length == 0 ? await Wildcards.CreateAsync(name, text) : await Wildcards.SaveAsync(Name, text, _version))
                ?? (renames ? await Wildcards.RenameAsync(Name, name) : null);
            if (_problem is not null)
            {
                // The words may be saved although the name cannot be had.
                _version = Name.Length > 0 && Wildcards.Read(Name) is { } now && now.Text == text ? now.Version : _version;
                return false;
            }

            (_name, _text, _touched) = (name, text, false);
            _version = Wildcards.Read(name)?.Version ?? "";
            _saves++;
            await _script.InvokeAsync("calm", _area);
            Notices.Show(renames ? $"{Name} is {name} now" : $"{name} is saved");
            return true;
        }
        finally
        {
            _busy = false;
        }
    }

    /// <summary>As a stream: a file may be larger than a message of the page may be.</summary>
    private async Task<string> TextAsync()
    {
        IJSStreamReference reference = await _script!.AskAsync<IJSStreamReference>("text", _area) ?? throw new InvalidOperationException("The browser has left.");
        await using (reference)
        {
            await using Stream stream = await reference.OpenReadStreamAsync(LargestText);
            using StreamReader reader = new(stream);
            return await reader.ReadToEndAsync();
        }
    }

    /// <summary>Going on to another page saves what was written; where that cannot be, it stays here and says why.</summary>
    private async Task KeepAsync(LocationChangingContext context)
    {
        if (_touched && !_busy && !(await WriteAsync()))
        {
            context.PreventNavigation();
            StateHasChanged();
        }
    }

    private async Task DeleteAsync()
    {
        string name = Name;
        string? token = await Wildcards.DeleteAsync(name);
        _touched = false;
        Navigation.NavigateTo("/wildcards");
        if (token is not null)
        {
            Notices.ShowUndo($"{name} was deleted", async () =>
            {
                if (await Wildcards.RestoreAsync(token, name) is { } problem)
                {
                    Notices.Show(problem);
                }
            });
        }
    }
}
