using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Storage.Models;

/// <summary>What a header says a file is, where its folder says otherwise or nothing: InvokeAI keeps every model in a folder of a random name.</summary>
internal static class ModelContent
{
    /// <param name="folder">What the folder says.</param>
    public static ModelKind Kind(SafetensorsHeader header, ModelKind folder)
    {
        // Only among the checkpoints do files of every kind get lost; elsewhere the folder was chosen on purpose.
        if (folder != ModelKind.Checkpoint)
        {
            return folder;
        }

        // A LoRA among the checkpoints is still a LoRA.
        return LoraSummary.IsLora(header) ? ModelKind.Lora : ModelPart.Of(header)?.Kind switch
        {
            ModelPartKind.Embedding => ModelKind.Embedding,
            ModelPartKind.Vae => ModelKind.Vae,
            ModelPartKind.TinyDecoder or ModelPartKind.TinyEncoder => ModelKind.ApproximateVae,
            ModelPartKind.ControlNet => ModelKind.ControlNet,
            ModelPartKind.Upscaler => ModelKind.Upscaler,
            ModelPartKind.TextEncoder when IsTextEncoder(header) => ModelKind.TextEncoder,
            _ => ModelKind.Checkpoint,
        };
    }

    /// <returns>By the width of its vectors; null where that tells nothing.</returns>
    public static string? EmbeddingFamily(SafetensorsHeader header) => ModelPart.Of(header) is { Kind: ModelPartKind.Embedding } embedding ? embedding.MadeFor : null;

    /// <summary>Whether it holds a text encoder that Stable Diffusion reads prompts with, among folders where other models keep theirs too.</summary>
    public static bool IsTextEncoder(SafetensorsHeader header) =>
        header.Tensors.Keys.Any(name => name.EndsWith("token_embedding.weight", StringComparison.Ordinal));
}
