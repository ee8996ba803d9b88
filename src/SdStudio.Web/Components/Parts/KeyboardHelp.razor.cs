using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Parts;

/// <summary>The dialog behind the question mark.</summary>
public sealed partial class KeyboardHelp : ComponentBase
{
    private bool _singles = true;
    private bool _asked;

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    [Inject]
    private KeyboardShortcuts Shortcuts { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (IsOpen && !_asked)
        {
            _asked = true;
            await using IJSObjectReference keyboard = await ImportAsync();
            _singles = !await keyboard.InvokeAsync<bool>("singlesAreOff");
            StateHasChanged();
        }
    }

    private async Task SwitchAsync(ChangeEventArgs e)
    {
        _singles = e.Value is true;
        await using IJSObjectReference keyboard = await ImportAsync();
        await keyboard.InvokeVoidAsync("switchSingles", _singles);
    }

    private ValueTask<IJSObjectReference> ImportAsync() => JS.InvokeAsync<IJSObjectReference>("import", "./Components/Parts/KeyboardListener.razor.js");
}
