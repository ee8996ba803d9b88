using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Gallery;

/// <summary>Replays how a picture came out of the noise. Dragging stays in the browser: every frame is already there.</summary>
public sealed partial class FilmScrubber : ComponentBase, IAsyncDisposable
{
    private const int MostThumbs = 24;

    // Pixels; pictures are not shown wider.
    private const double WidestStrip = 1200;

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

    private int Thumbs => Math.Min(_frames, MostThumbs);

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

    // Each thumb shows the middle of its frame. The strip is drawn high enough for the widest thumb to be filled.
    private string ThumbStyle(int thumb)
    {
        int frame = Thumbs > 1 ? (int)Math.Round(thumb * (_frames - 1.0) / (Thumbs - 1)) : 0;
        double height = Math.Max(44, WidestStrip / Thumbs / Aspect);
        double shift = ((_frames / 2.0) - frame - 0.5) * height * Aspect;
        return FormattableString.Invariant($"background-image:url({Source});background-size:auto {height:0.#}px;background-position:calc(50% + {shift:0.#}px) 50%");
    }
}
