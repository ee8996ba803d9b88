namespace SdStudio.Diffusion.Prompts;

/// <summary>One of the prompts that AND joins.</summary>
/// <param name="Weight">Its share of the guidance; usually 1, negative ones lead away.</param>
public readonly record struct PromptBranch(string Text, double Weight);
