namespace SdStudio.Diffusion.Prompts;

/// <summary>A stretch of a prompt with one weight.</summary>
/// <param name="Weight">1 is normal; A1111's brackets multiply.</param>
/// <param name="IsBreak">The word BREAK: what follows begins a new chunk.</param>
public sealed record PromptPiece(string Text, double Weight, bool IsBreak = false);
