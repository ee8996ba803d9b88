using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Generate;

/// <summary>A component's own script module: loaded on first use, let go with the component, silent when the browser has left.</summary>
internal sealed class ScriptModule(IJSRuntime js, string path) : IAsyncDisposable
{
    private Task<IJSObjectReference>? _module;

    public async ValueTask InvokeAsync(string function, params object?[] arguments)
    {
        try
        {
            _module ??= js.InvokeAsync<IJSObjectReference>("import", path).AsTask();
            await (await _module).InvokeVoidAsync(function, arguments);
        }
        catch (JSDisconnectedException)
        {
        }
    }

    public async ValueTask<T?> AskAsync<T>(string function, params object?[] arguments)
    {
        try
        {
            _module ??= js.InvokeAsync<IJSObjectReference>("import", path).AsTask();
            return await (await _module).InvokeAsync<T>(function, arguments);
        }
        catch (JSDisconnectedException)
        {
            return default;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is null)
        {
            return;
        }

        try
        {
            await (await _module).DisposeAsync();
        }
        catch (JSException)
        {
            // The module never loaded; there is nothing to let go.
        }
        catch (JSDisconnectedException)
        {
        }
        catch (OperationCanceledException)
        {
        }
    }
}
