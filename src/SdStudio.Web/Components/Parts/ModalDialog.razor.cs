using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Parts;

/// <summary>A dialog in the middle, or a drawer at the right edge.</summary>
public sealed partial class ModalDialog : ComponentBase, IAsyncDisposable
{
    private readonly string _titleId = $"dialog-{Guid.NewGuid():N}";
    private ElementReference _dialog;
    private IJSObjectReference? _module;
    private DotNetObjectReference<ModalDialog>? _self;
    private bool _shown;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    /// <summary>At the right edge, as high as the window.</summary>
    [Parameter]
    public bool Drawer { get; set; }

    /// <summary>Buttons beside the title.</summary>
    [Parameter]
    public RenderFragment? Tools { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    /// <summary>Called by the module after the dialog has closed, for whatever reason.</summary>
    [JSInvokable]
    public Task ClosedAsync()
    {
        _shown = false;
        return IsOpen ? IsOpenChanged.InvokeAsync(false) : Task.CompletedTask;
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
                // The browser is gone, and the dialog with it.
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
        _module ??= await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Parts/ModalDialog.razor.js");
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
