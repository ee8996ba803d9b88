using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Gallery;

/// <summary>Puts a text on the clipboard; works on plain HTTP at home too, where browsers hide their clipboard object.</summary>
public sealed partial class CopyButton : ComponentBase, IAsyncDisposable
{
    private IJSObjectReference? _module;
    private bool _copied;
    private string? _copiedText;

    /// <summary>What is copied.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter]
    public string Label { get; set; } = "Copy";

    /// <summary>For screen readers: "Copy the link".</summary>
    [Parameter]
    public string Name { get; set; } = "Copy";

    [Parameter]
    public string Class { get; set; } = "tool";

    [Parameter]
    public bool ShowsIcon { get; set; } = true;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    protected override void OnParametersSet() => _copied &= _copiedText == Text;

    private async Task CopyAsync()
    {
        _module ??= await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Gallery/CopyButton.razor.js");
        _copied = await _module.InvokeAsync<bool>("copy", Text);
        _copiedText = Text;
        if (!_copied)
        {
            Notices.Show("This browser does not allow copying. Select the text and copy it by hand.");
        }
    }
}
