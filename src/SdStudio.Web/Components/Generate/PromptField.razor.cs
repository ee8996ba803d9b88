using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SdStudio.Web.Components.Generate;

/// <summary>The words of the picture: grows with them, counts their tokens, weighs single words, offers names and underlines those that are not here.</summary>
public sealed partial class PromptField : ComponentBase, IAsyncDisposable
{
    private const int ChunkCapacity = 75;
    private const decimal WeightStep = 0.1m;

    private static readonly string[] s_kinds = ["lora", "embedding", "wildcard", "style"];
    private static readonly string[] s_smallKinds = ["embedding", "wildcard"];

    private ElementReference _textarea;
    private ElementReference _marks;
    private ElementReference _options;
    private ElementReference _hint;
    private ElementReference _count;
    private PromptNames? _sent;

    /// <summary>What the field holds as far as it is known here: what was typed, or what <see cref="Value"/> said last.</summary>
    private string? _known;

    /// <summary>What was put into the field from here. Typing does not change it: an echo that comes late would take letters away again.</summary>
    private string _drawn = "";
    private bool _isOutOfStep;
    private ScriptModule? _script;
    private DotNetObjectReference<PromptField>? _self;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Of the field; its parts are named after it.</summary>
    [Parameter]
    public string Id { get; set; } = "prompt";

    [Parameter]
    public string Label { get; set; } = "Prompt";

    [Parameter]
    public string Placeholder { get; set; } = "What would you like to see?";

    /// <summary>Beside the main prompt, in smaller letters and without its foot; names that make a picture's LoRAs and styles are not offered.</summary>
    [Parameter]
    public bool IsSmall { get; set; }

    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>Ctrl+Enter.</summary>
    [Parameter]
    public EventCallback OnSubmit { get; set; }

    /// <summary>A style was chosen among the suggestions.</summary>
    [Parameter]
    public EventCallback<string> OnStyle { get; set; }

    /// <summary>What the words may name. One field of a page tells it to the script, for all.</summary>
    [Parameter]
    public PromptNames? Names { get; set; }

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

    [JSInvokable]
    public Task AddStyle(string name) => Names?.Styles.Contains(name) is true ? OnStyle.InvokeAsync(name) : Task.CompletedTask;

    /// <summary>The script sends what the field holds, because the newest keystroke may not have arrived by itself yet.</summary>
    [JSInvokable]
    public Selection Weigh(string text, int start, int end, bool up)
    {
        (string changed, int from, int to) = PromptWeight.Change(text, start, end, up ? WeightStep : -WeightStep);
        return new Selection(changed, from, to);
    }

    protected override void OnParametersSet()
    {
        if (Value != _known)
        {
            _isOutOfStep = _known is not null;
            _known = _drawn = Value;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = new ScriptModule(Js, "./Components/Generate/PromptField.razor.js");
            await _script.InvokeAsync("attach", _textarea, new { marks = _marks, options = _options, hint = _hint, count = _count }, _self, IsSmall ? s_smallKinds : s_kinds);
        }

        if (_script is not null && Names is { } names && !ReferenceEquals(names, _sent))
        {
            _sent = names;
            await _script.InvokeAsync("name", names);
        }

        if (_script is not null && _isOutOfStep)
        {
            _isOutOfStep = false;
            await _script.InvokeAsync("refresh", _textarea, _drawn);
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

    private Task TypeAsync(ChangeEventArgs e)
    {
        _known = e.Value as string ?? "";
        return ValueChanged.InvokeAsync(_known);
    }

    /// <summary>A text and what is selected in it.</summary>
    public sealed record Selection(string Text, int Start, int End);
}
