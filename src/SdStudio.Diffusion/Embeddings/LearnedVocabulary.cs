using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Embeddings;

/// <summary>Keeps what the chunkers of a model know of learned words in step with the files there are.</summary>
public sealed class LearnedVocabulary
{
    private readonly EmbeddingLibrary _library;
    private readonly ClipTokenizer _tokenizer;
    private readonly IReadOnlyList<PromptChunker> _chunkers;
    private int _version = -1;

    /// <param name="tokenizer">Of the model.</param>
    /// <param name="chunkers">One for each text encoder, in the model's order.</param>
    public LearnedVocabulary(EmbeddingLibrary library, ClipTokenizer tokenizer, IReadOnlyList<PromptChunker> chunkers)
    {
        (_library, _tokenizer, _chunkers) = (library, tokenizer, chunkers);
    }

    /// <summary>To be called before a prompt is cut into chunks.</summary>
    /// <returns>Another number than before where a prompt may mean something else now.</returns>
    public int Refresh()
    {
        _library.Refresh();
        if (_version != _library.Version)
        {
            _version = _library.Version;
            for (int i = 0; i < _chunkers.Count; i++)
            {
                int encoder = i;
                _chunkers[i].Words = new LearnedWords(_tokenizer, _library.Names, name => _library.Read(name, encoder));
            }
        }

        return _version;
    }
}
