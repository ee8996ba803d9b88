using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Parts;

/// <summary>Brings the keys of the browser to <see cref="KeyboardShortcuts"/>. The layout holds the only one.</summary>
public sealed partial class KeyboardListener : ComponentBase, IAsyncDisposable
{
    private IJSObjectReference? _module;
    private DotNetObjectReference<KeyboardListener>? _self;

    [Inject]
    private KeyboardShortcuts Shortcuts { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    [JSInvokable]
    public Task PressedAsync(string keys) => InvokeAsync(async () =>
    {
        try
        {
            await Shortcuts.PressAsync(keys);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // To the error boundary around this component's parents, as if a button had been pressed.
            await DispatchExceptionAsync(exception);
        }
    });

    public async ValueTask DisposeAsync()
    {
        Shortcuts.Changed -= OnChanged;
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

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Parts/KeyboardListener.razor.js");
            Shortcuts.Changed += OnChanged;
            await _module.InvokeVoidAsync("start", _self, Keys());
        }
    }

    private string[] Keys() => [.. Shortcuts.All.Select(shortcut => shortcut.Keys)];

    private void OnChanged() => _ = InvokeAsync(async () =>
    {
        try
        {
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("listen", (object)Keys());
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    });
}
