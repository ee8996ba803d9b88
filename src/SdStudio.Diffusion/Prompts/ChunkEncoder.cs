namespace SdStudio.Diffusion.Prompts;

/// <summary>The text encoder as this room sees it.</summary>
/// <returns>[77, dimension], row-major; a new array, which the caller may change.</returns>
public delegate float[] ChunkEncoder(PromptChunk chunk);
