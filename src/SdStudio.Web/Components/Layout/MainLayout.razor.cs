using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Layout;

/// <summary>The frame around every page: bar, content, tabs on a phone, notices, keys.</summary>
public sealed partial class MainLayout : LayoutComponentBase, IDisposable
{
    private readonly List<IDisposable> _keys = [];
    private ElementReference _main;
    private ErrorBoundary? _boundary;
    private RenderFragment? _shownBody;
    private bool _keysOpen;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private KeyboardShortcuts Shortcuts { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    private string SkipAddress => $"{Navigation.Uri.Split('#')[0]}#main";

    public void Dispose()
    {
        foreach (IDisposable key in _keys)
        {
            key.Dispose();
        }
    }

    protected override void OnInitialized()
    {
        _keys.Add(Shortcuts.RegisterEverywhere("/", "Search", SearchAsync));
        _keys.Add(Shortcuts.RegisterEverywhere("c", "Create", () => GoAsync("/")));
        _keys.Add(Shortcuts.RegisterEverywhere("g", "Gallery", () => GoAsync("/gallery")));
        _keys.Add(Shortcuts.RegisterEverywhere("m", "Models", () => GoAsync("/models")));
        _keys.Add(Shortcuts.RegisterEverywhere("?", "All keys", ShowKeysAsync));
    }

    protected override void OnParametersSet()
    {
        // Another page: the error of the last one is not its own.
        if (Body != _shownBody)
        {
            _shownBody = Body;
            _boundary?.Recover();
        }
    }

    private void Recover() => _boundary?.Recover();

    private async Task SkipAsync() => await _main.FocusAsync();

    private Task GoAsync(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }

    private Task ShowKeysAsync()
    {
        _keysOpen = true;
        StateHasChanged();
        return Task.CompletedTask;
    }

    /// <summary>The search box of this page, or the gallery's.</summary>
    private async Task SearchAsync()
    {
        await using IJSObjectReference keyboard = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Parts/KeyboardListener.razor.js");
        if (!await keyboard.InvokeAsync<bool>("focusSearch", 0))
        {
            Navigation.NavigateTo("/gallery");
            await keyboard.InvokeVoidAsync("focusSearch", 3000);
        }
    }
}
