using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Loras;

/// <summary>Guesses which family a LoRA was trained on: by the width of the text it listens to, else by what its training script noted.</summary>
internal static class LoraOrigin
{
    private static readonly (long Width, string Family)[] s_contextWidths =
    [
        (768, "Stable Diffusion 1.x"),
        (1024, "Stable Diffusion 2.x"),
        (2048, "Stable Diffusion XL"),
    ];

    /// <summary>The layers that read the text.</summary>
    private static readonly string[] s_textReaders = ["attn2_to_k", "attn2.to_k", "attn2.processor.to_k"];

    private static readonly (string Prefix, string Family)[] s_names =
    [
        ("lora_te1_", "Stable Diffusion XL"),
        ("lora_te2_", "Stable Diffusion XL"),
        ("text_encoder_2.", "Stable Diffusion XL"),
        ("lora_unet_double_blocks_", "Flux"),
        ("lora_unet_joint_blocks_", "Stable Diffusion 3"),
        ("transformer.", "a diffusion transformer"),
    ];

    private static readonly (string Prefix, string Family)[] s_versions =
    [
        ("sd_v1", "Stable Diffusion 1.x"),
        ("sd_v2", "Stable Diffusion 2.x"),
        ("sdxl", "Stable Diffusion XL"),
    ];

    public static string? Guess(SafetensorsHeader header)
    {
        foreach ((string key, TensorEntry tensor) in header.Tensors)
        {
            // The part first: only those of the factors are worth a string of their own.
            if (tensor.Shape.Rank >= 2 && LoraKeyMap.PartOf(key) is LoraPart.Down or LoraPart.Hada1B && LoraKeyMap.Split(key) is (string layer, _)
                && s_textReaders.Any(ending => layer.EndsWith(ending, StringComparison.Ordinal))
                && s_contextWidths.FirstOrDefault(row => row.Width == tensor.Shape[1]).Family is { } family)
            {
                return family;
            }
        }

        foreach ((string prefix, string family) in s_names)
        {
            if (header.Tensors.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                return family;
            }
        }

        string version = header.Metadata.GetValueOrDefault("ss_base_model_version") ?? "";
        return s_versions.FirstOrDefault(row => version.StartsWith(row.Prefix, StringComparison.Ordinal)).Family;
    }
}
