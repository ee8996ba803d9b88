using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Parts;

/// <summary>
/// A sheet that rises from the bottom edge of a phone (a centred dialog on wide screens). Closes by Done, drag, Back or Escape.
/// Every value in it applies at once, so closing is all there is.
/// </summary>
public sealed partial class BottomSheet : ComponentBase, IAsyncDisposable
{
    private readonly string _titleId = $"sheet-{Guid.NewGuid():N}";
    private ElementReference _dialog;
    private IJSObjectReference? _module;
    private DotNetObjectReference<BottomSheet>? _self;
    private bool _shown;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Called by the module after the dialog has closed, for whatever reason.</summary>
    /// <returns>The address as it is now: the page may have changed it while the sheet was open.</returns>
    [JSInvokable]
    public async Task<string> ClosedAsync()
    {
        _shown = false;
        if (IsOpen)
        {
            await IsOpenChanged.InvokeAsync(false);
        }

        return Navigation.Uri;
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is not null)
        {
            try
            {
                await _module.InvokeVoidAsync("forget", _dialog);
                await _module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and the sheet with it.
            }
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (IsOpen == _shown)
        {
            return;
        }

        // Before the first await: a second render must not open it twice.
        _shown = IsOpen;
        _module ??= await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Parts/BottomSheet.razor.js");
        _self ??= DotNetObjectReference.Create(this);
        if (_shown)
        {
            await _module.InvokeVoidAsync("open", _dialog, _self);
        }
        else
        {
            await _module.InvokeVoidAsync("close", _dialog);
        }
    }

    private Task CloseAsync() => IsOpenChanged.InvokeAsync(false);
}
