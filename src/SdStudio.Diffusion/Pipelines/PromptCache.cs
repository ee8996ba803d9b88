using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>Remembers the last prompts' conditionings: a re-roll, and every picture of a batch, starts at its first step.</summary>
internal sealed class PromptCache
{
    // Positive and negative of the last two recipes: two people taking turns, with all branches that there may be.
    private const int Capacity = 2 * (DenoisingStage.MostBranches + 1);

    /// <summary>Far beyond any prompt that a person writes; each chunk costs a run of the text encoder and makes every step slower.</summary>
    private const int MostChunks = 64;

    private readonly LoadedModel _model;
    private readonly LearnedVocabulary _words;
    private readonly LinkedList<(Key Key, Conditioning[] Conditionings)> _entries = new();

    /// <param name="embeddingPlaces">Beside the model's own.</param>
    public PromptCache(LoadedModel model, Func<IEnumerable<string>> embeddingPlaces)
    {
        _model = model;
        string own = EmbeddingLibrary.FolderIn(model.Checkpoint.Path);
        EmbeddingLibrary library = new(() => embeddingPlaces().Prepend(own), [.. model.TextEncoders.Select(encoder => encoder.Dimension)]);
        _words = new LearnedVocabulary(library, model.Tokenizer, [.. model.Readers.Select(reader => reader.Chunker)]);
    }

    /// <param name="prompt">All its texts are encoded at once.</param>
    /// <param name="loras">Merged into the text encoder at this moment, so they are part of what the prompt means.</param>
    /// <exception cref="RecipeException">The prompt is too long.</exception>
    /// <exception cref="Checkpoints.CheckpointException">A textual inversion that it names is broken.</exception>
    /// <returns>One for each text of the schedule.</returns>
    public Conditioning[] Encode(PromptSchedule prompt, PromptHabits habits, int clipSkip, ImmutableArray<LoraSelection> loras, CancellationToken cancellationToken)
    {
        Key key = new(prompt, habits, clipSkip, loras, _words.Refresh());
        for (LinkedListNode<(Key Key, Conditioning[] Conditionings)>? entry = _entries.First; entry is not null; entry = entry.Next)
        {
            if (entry.Value.Key.Equals(key))
            {
                _entries.Remove(entry);
                _entries.AddFirst(entry);
                return entry.Value.Conditionings;
            }
        }

        List<PromptChunk> chunks = [.. prompt.Texts.Select(text => text.Text).Distinct().SelectMany(text => _model.Readers[0].Chunker.Chunk(text, habits.Syntax))];
        if (chunks.Count > MostChunks)
        {
            throw new RecipeException(string.Create(
                CultureInfo.InvariantCulture, $"The prompt fills {chunks.Count} chunks of 75 tokens; {MostChunks} is the most. Shorten it, or use fewer BREAKs."));
        }

        if (_model.Checkpoint.Onnx.Count > 0 && chunks.Any(chunk => chunk.Words.Count > 0))
        {
            throw new RecipeException("This model is in ONNX format: its text encoder runs as it is, and no textual inversion can be put into it. Take that word out of the prompt, or use the safetensors version of the model.");
        }

        Conditioning[] conditionings = _model.Encode(prompt, habits, clipSkip, cancellationToken);
        _entries.AddFirst((key, conditionings));
        if (_entries.Count > Capacity)
        {
            _entries.RemoveLast();
        }

        return conditionings;
    }

    private readonly record struct Key(PromptSchedule Prompt, PromptHabits Habits, int ClipSkip, ImmutableArray<LoraSelection> Loras, int Words)
    {
        public bool Equals(Key other) => Prompt == other.Prompt && Habits == other.Habits && ClipSkip == other.ClipSkip && Words == other.Words && Loras.AsSpan().SequenceEqual(other.Loras.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Prompt, ClipSkip, Loras.Length);
    }
}
