using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Storage.Models;

/// <summary>In which numbers a model is stored, as the field calls them.</summary>
internal static class ModelPrecision
{
    /// <summary>A type that fills less than this part of the file is not worth a word: norms are often kept in fp32.</summary>
    private const double LeastShare = 0.1;

    private static readonly Dictionary<ElementType, string> s_words = new()
    {
        [ElementType.Float64] = "fp64",
        [ElementType.Float32] = "fp32",
        [ElementType.Float16] = "fp16",
        [ElementType.BFloat16] = "bf16",
        [ElementType.Float8E4M3] = "fp8",
        [ElementType.Float8E5M2] = "fp8",
        [ElementType.Int8] = "int8",
        [ElementType.UInt8] = "int8",
    };

    /// <returns>"fp16", or "fp16 and fp32" for a mixed file, the larger part first; null for a file without weights.</returns>
    public static string? Of(SafetensorsHeader header)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (TensorEntry tensor in header.Tensors.Values)
        {
            if (s_words.TryGetValue(tensor.Type, out string? word))
            {
                bytes[word] = bytes.GetValueOrDefault(word) + tensor.Length;
            }
        }

        long whole = bytes.Values.Sum();
        string[] words = [.. bytes.Where(pair => pair.Value > 0 && pair.Value >= whole * LeastShare).OrderByDescending(pair => pair.Value).Select(pair => pair.Key)];
        return words.Length == 0 ? null : string.Join(" and ", words);
    }
}
