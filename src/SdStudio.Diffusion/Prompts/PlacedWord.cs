namespace SdStudio.Diffusion.Prompts;

/// <summary>Where in a chunk a learned word stands.</summary>
/// <param name="Position">Of its first vector; 0 is the start token.</param>
public readonly record struct PlacedWord(int Position, LearnedWord Word);
