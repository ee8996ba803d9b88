using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models;

/// <summary>What a header says a file is, where its folder says otherwise or nothing: InvokeAI keeps every model in a folder of a random name.</summary>
internal static class ModelContent
{
    private static readonly (long Width, string Family)[] s_embeddingWidths =
    [
        (768, "Stable Diffusion 1.x"),
        (1024, "Stable Diffusion 2.x"),
    ];

    /// <param name="folder">What the folder says.</param>
    public static ModelKind Kind(SafetensorsHeader header, ModelKind folder)
    {
        // Only among the checkpoints do files of every kind get lost; elsewhere the folder was chosen on purpose.
        if (folder != ModelKind.Checkpoint)
        {
            return folder;
        }

        // A LoRA among the checkpoints is still a LoRA.
        return LoraTraits.IsLora(header) ? ModelKind.Lora
            : IsEmbedding(header) ? ModelKind.Embedding
            : FamilyDetector.Detect(header)?.Key switch
            {
                "vae" => ModelKind.Vae,
                "controlnet" => ModelKind.ControlNet,
                _ => ModelKind.Checkpoint,
            };
    }

    /// <returns>By the width of its vectors; null where that tells nothing.</returns>
    public static string? EmbeddingFamily(SafetensorsHeader header)
    {
        if (header.Tensors.ContainsKey("clip_g"))
        {
            return "Stable Diffusion XL";
        }

        // Under "emb_params", the older "string_to_param.*", or the word itself: always the one tensor.
        return header.Tensors.Count == 1 && header.Tensors.Values.First().Shape is { Rank: 1 or 2 } shape
            ? s_embeddingWidths.FirstOrDefault(row => row.Width == shape[shape.Rank - 1]).Family
            : null;
    }

    /// <summary>Whether it holds a text encoder that Stable Diffusion reads prompts with, among folders where other models keep theirs too.</summary>
    public static bool IsTextEncoder(SafetensorsHeader header) =>
        header.Tensors.Keys.Any(name => name.EndsWith("token_embedding.weight", StringComparison.Ordinal));

    private static bool IsEmbedding(SafetensorsHeader header) =>
        header.Tensors.Count <= 4 && (header.Tensors.ContainsKey("emb_params") || header.Tensors.ContainsKey("clip_g"));
}
