namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// A checkpoint in a single file carries no tokenizer, and none that fits was found. The message names the two files and where
/// to put them; a page may offer to download them.
/// </summary>
public sealed class TokenizerMissingException : DiffusionException
{
    /// <param name="model">Name of the model, for the message.</param>
    /// <param name="folder">Where the two files would be found.</param>
    public TokenizerMissingException(string model, string folder, int vocabularySize)
        : base($"{model} brings no tokenizer, and none with its {vocabularySize} tokens was found. Put vocab.json and merges.txt of CLIP ViT-L/14 into {folder}, or let the app download them.")
    {
        (Folder, VocabularySize) = (folder, vocabularySize);
    }

    public string Folder { get; }

    /// <summary>Number of tokens that the model's text encoder knows.</summary>
    public int VocabularySize { get; }
}
