using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Prompts;

/// <summary>Ten examples of what a prompt becomes, each as the picture of that seed would have it.</summary>
public sealed partial class PromptTryOut : ComponentBase
{
    private const int Examples = 10;

    private readonly string _id = $"try-{Guid.NewGuid():N}";
    private IReadOnlyList<string> _examples = [];
    private IReadOnlyList<string> _unknown = [];
    private string _text = "";
    private string? _given;
    private int _version;
    private long _seed;

    /// <summary>What to begin with.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Another number than before: the files may say something else now.</summary>
    [Parameter]
    public int Version { get; set; }

    [Inject]
    private WildcardFolder Wildcards { get; set; } = null!;

    [Inject]
    private PromptExpansion Expansion { get; set; } = null!;

    protected override void OnParametersSet()
    {
        if (_given != Text || _version != Version)
        {
            _text = _given == Text ? _text : Text;
            (_given, _version) = (Text, Version);
            Draw();
        }
    }

    private void Others()
    {
        _seed += Examples;
        Draw();
    }

    private void Draw()
    {
        _examples = string.IsNullOrWhiteSpace(_text) ? [] : [.. Enumerable.Range(0, Examples).Select(place => PromptExpander.Expand(_text, _seed + place, Wildcards))];
        _unknown = Expansion.UnknownWildcards(_text);
    }
}
