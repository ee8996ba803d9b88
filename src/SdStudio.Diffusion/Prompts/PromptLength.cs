namespace SdStudio.Diffusion.Prompts;

/// <summary>How much of its chunks a prompt fills, for the counter at the prompt field: "23/75".</summary>
/// <param name="Tokens">Tokens used; chunks cut short by BREAK or at a comma count in full.</param>
/// <param name="Capacity">75 for each chunk.</param>
public sealed record PromptLength(int Tokens, int Capacity);
