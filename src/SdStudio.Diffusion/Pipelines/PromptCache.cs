using System.Collections.Immutable;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>Remembers the last prompts' conditionings: a re-roll, and every picture of a batch, starts at its first step.</summary>
internal sealed class PromptCache
{
    // Positive and negative of the last two recipes: two people taking turns.
    private const int Capacity = 4;

    private readonly LoadedModel _model;
    private readonly LinkedList<(Key Key, Conditioning Conditioning)> _entries = new();

    public PromptCache(LoadedModel model)
    {
        _model = model;
    }

    /// <param name="loras">Merged into the text encoder at this moment, so they are part of what the prompt means.</param>
    public Conditioning Encode(string prompt, int clipSkip, ImmutableArray<LoraSelection> loras, CancellationToken cancellationToken)
    {
        Key key = new(prompt, clipSkip, string.Join('\n', loras));
        for (LinkedListNode<(Key Key, Conditioning Conditioning)>? entry = _entries.First; entry is not null; entry = entry.Next)
        {
            if (entry.Value.Key == key)
            {
                _entries.Remove(entry);
                _entries.AddFirst(entry);
                return entry.Value.Conditioning;
            }
        }

        Conditioning conditioning = PromptEncoder.Encode(
            _model.Chunker.Chunk(prompt),
            ids => _model.TextEncoder.Encode(ids, clipSkip, cancellationToken));
        _entries.AddFirst((key, conditioning));
        if (_entries.Count > Capacity)
        {
            _entries.RemoveLast();
        }

        return conditioning;
    }

    private sealed record Key(string Prompt, int ClipSkip, string Loras);
}
