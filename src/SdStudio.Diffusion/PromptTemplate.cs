namespace SdStudio.Diffusion;

/// <summary>A prompt as it was written, before choices, wildcards and styles became words.</summary>
public sealed record PromptTemplate(string Prompt, string NegativePrompt);
