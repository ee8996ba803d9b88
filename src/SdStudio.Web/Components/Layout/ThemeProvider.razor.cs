using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Layout;

/// <summary>The lights: follows the browser's choice and changes it.</summary>
public sealed partial class ThemeProvider : ComponentBase, IAsyncDisposable
{
    private bool _isDark = true;
    private IJSObjectReference? _module;
    private DotNetObjectReference<ThemeProvider>? _self;

    /// <summary>"dark" or "light" when the browser told it with the request.</summary>
    [CascadingParameter(Name = "FirstTheme")]
    public string? FirstTheme { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    public ThemeChoice Choice { get; private set; }

    /// <summary>Raised after <see cref="Choice"/> became known or was changed.</summary>
    public event Action? Changed;

    public async Task ChooseAsync(ThemeChoice choice)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("choose", Name(choice));
        }
    }

    [JSInvokable]
    public Task ShownAsync(string chosen, bool dark) => InvokeAsync(() =>
    {
        Choice = chosen switch { "dark" => ThemeChoice.Dark, "light" => ThemeChoice.Light, _ => ThemeChoice.System };
        _isDark = dark;
        StateHasChanged();
        Changed?.Invoke();
    });

    public async ValueTask DisposeAsync()
    {
        if (_module is not null)
        {
            try
            {
                await _module.InvokeVoidAsync("stop");
                await _module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone.
            }
        }

        _self?.Dispose();
    }

    protected override void OnInitialized() => _isDark = FirstTheme != "light";

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Layout/ThemeProvider.razor.js");
            await _module.InvokeVoidAsync("start", _self);
        }
    }

    private static string Name(ThemeChoice choice) => choice switch
    {
        ThemeChoice.Dark => "dark",
        ThemeChoice.Light => "light",
        _ => "system",
    };
}
