using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Generate;

/// <summary>The words of the picture: grows with them, counts their tokens, weighs single words.</summary>
public sealed partial class PromptField : ComponentBase, IAsyncDisposable
{
    private const int ChunkCapacity = 75;
    private const decimal WeightStep = 0.1m;

    private ElementReference _textarea;
    private ScriptModule? _script;
    private DotNetObjectReference<PromptField>? _self;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>Ctrl+Enter.</summary>
    [Parameter]
    public EventCallback OnSubmit { get; set; }

    /// <summary>Tokens of the words, null while the model's tokenizer is not known.</summary>
    [Parameter]
    public int? Tokens { get; set; }

    /// <summary>What is wrong, null when nothing is.</summary>
    [Parameter]
    public string? Message { get; set; }

    /// <summary>As many whole chunks as the words need: 75, 150, 225 tokens.</summary>
    private int Capacity => Math.Max(1, ((Tokens ?? 0) + ChunkCapacity - 1) / ChunkCapacity) * ChunkCapacity;

    [JSInvokable]
    public Task Submit() => OnSubmit.InvokeAsync();

    /// <summary>The script sends what the field holds, because the newest keystroke may not have arrived by itself yet.</summary>
    [JSInvokable]
    public Selection Weigh(string text, int start, int end, bool up)
    {
        (string changed, int from, int to) = PromptWeight.Change(text, start, end, up ? WeightStep : -WeightStep);
        return new Selection(changed, from, to);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = new ScriptModule(Js, "./Components/Generate/PromptField.razor.js");
            await _script.InvokeAsync("attach", _textarea, _self);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    private Task NotifyAsync() => ValueChanged.InvokeAsync(Value);

    /// <summary>A text and what is selected in it.</summary>
    public sealed record Selection(string Text, int Start, int End);
}
