using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Storage.Models;

/// <summary>What a header tells of a LoRA without opening it.</summary>
internal static class LoraTraits
{
    public static bool IsLora(SafetensorsHeader header) => LoraSummary.Of(header) is not null;
}
