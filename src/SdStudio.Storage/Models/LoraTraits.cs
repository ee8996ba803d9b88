using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models;

/// <summary>What a header tells of a LoRA without opening it.</summary>
internal static class LoraTraits
{
    /// <summary>Parts of names that only adapters have: LoRA in both notations, LoHa, LoKr.</summary>
    private static readonly string[] s_marks = [".lora_down", ".lora_up", ".lora_A", ".lora_B", ".lora.down", ".lora.up", ".hada_w1", ".lokr_w"];

    /// <summary>Prefix of <c>modelspec.architecture</c> or <c>ss_base_model_version</c>, and the family's key; the longer prefixes first.</summary>
    private static readonly (string Prefix, string Key)[] s_statements =
    [
        ("stable-diffusion-xl", "sdxl"), ("sdxl", "sdxl"), ("stable-diffusion-v2", "sd2"), ("sd_v2", "sd2"), ("stable-diffusion-v1", "sd1"), ("sd_v1", "sd1"), ("sd_1", "sd1"),
    ];

    /// <summary>Width of the text conditioning, and the family's key.</summary>
    private static readonly (long Width, string Key)[] s_widths = [(768, "sd1"), (1024, "sd2"), (2048, "sdxl")];

    public static bool IsLora(SafetensorsHeader header) =>
        header.Tensors.Keys.Any(name => s_marks.Any(mark => name.Contains(mark, StringComparison.Ordinal)));

    /// <returns>The family it says it was made for, or whose text conditioning its cross-attention fits; null when neither tells.</returns>
    public static string? FamilyOf(SafetensorsHeader header)
    {
        string stated = header.Metadata.GetValueOrDefault("modelspec.architecture") ?? header.Metadata.GetValueOrDefault("ss_base_model_version") ?? "";
        string? key = s_statements.FirstOrDefault(row => stated.StartsWith(row.Prefix, StringComparison.OrdinalIgnoreCase)).Key;
        key ??= s_widths.FirstOrDefault(row => row.Width == ContextWidth(header)).Key;
        return key is null ? null : ModelFamilies.All.First(family => family.Key == key).Label;
    }

    /// <summary>The down half of a cross-attention key projection takes in the text conditioning: [rank, width].</summary>
    private static long? ContextWidth(SafetensorsHeader header)
    {
        foreach ((string name, TensorEntry tensor) in header.Tensors)
        {
            bool isDown = name.Contains("lora_down", StringComparison.Ordinal) || name.Contains("lora_A", StringComparison.Ordinal);
            if (isDown && name.Contains("attn2", StringComparison.Ordinal) && name.Contains("to_k", StringComparison.Ordinal) && tensor.Shape.Rank == 2)
            {
                return tensor.Shape[1];
            }
        }

        return null;
    }
}
