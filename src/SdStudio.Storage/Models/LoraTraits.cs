using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models;

/// <summary>What a header tells of a LoRA without opening it.</summary>
internal static class LoraTraits
{
    /// <summary>Parts of names that only adapters have: LoRA in both notations, LoHa, LoKr.</summary>
    private static readonly string[] s_marks = [".lora_down", ".lora_up", ".lora_A", ".lora_B", ".lora.down", ".lora.up", ".hada_w1", ".lokr_w"];

    public static bool IsLora(SafetensorsHeader header) =>
        header.Tensors.Keys.Any(name => s_marks.Any(mark => name.Contains(mark, StringComparison.Ordinal)));
}
