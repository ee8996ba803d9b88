using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Gallery;

/// <summary>Replays how a picture came out of the noise. Dragging stays in the browser: every frame is already there.</summary>
public sealed partial class FilmScrubber : ComponentBase, IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _film;
    private int _frames;
    private bool _started;

    /// <summary>Address of the film.</summary>
    [Parameter, EditorRequired]
    public required string Source { get; set; }

    /// <summary>Steps of the recipe; the film may hold fewer, when nobody watched some.</summary>
    [Parameter, EditorRequired]
    public required int Steps { get; set; }

    /// <summary>Width of a frame over its height.</summary>
    [Parameter, EditorRequired]
    public required double Aspect { get; set; }

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    private string StepText => _frames > 0 ? $"Step {Steps} of {Steps}" : "";

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_film is not null)
            {
                await _film.InvokeVoidAsync("stop");
                await _film.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the film with it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Gallery/FilmScrubber.razor.js");
            _frames = await _module.InvokeAsync<int>("count", Source, Aspect);
            StateHasChanged();
        }
        else if (_frames > 1 && !_started && _module is not null)
        {
            _started = true;
            _film = await _module.InvokeAsync<IJSObjectReference>("show", _root, Source, _frames, Steps);
        }
    }

    private string FrameStyle(int frame) => FormattableString.Invariant(
        $"background-image:url({Source});background-size:{_frames * 100}% auto;background-position:{(_frames > 1 ? 100.0 * frame / (_frames - 1) : 0):0.###}% 50%");
}
