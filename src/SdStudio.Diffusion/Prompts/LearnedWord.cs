namespace SdStudio.Diffusion.Prompts;

/// <summary>A word that a text encoder was not trained with: textual inversion (Gal et al. 2022, arXiv:2208.01618).</summary>
/// <param name="Name">How prompts call it.</param>
/// <param name="Vectors">[count, dimension], row-major: stand in place of token embeddings.</param>
/// <param name="Count">1 to 75.</param>
public sealed record LearnedWord(string Name, float[] Vectors, int Count);
