using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The UNet of a single file, whatever its weights are called: the original checkpoint's names or those of diffusers, with a prefix or
/// without; else the averaged copy, where a file holds nothing but that.
/// </summary>
internal static class UNetNames
{
    private const string OriginalMark = "input_blocks.0.0.weight", DiffusersMark = "up_blocks.0.resnets.0.conv1.weight";

    private static readonly ImmutableArray<string> s_prefixes = ["model.diffusion_model.", "diffusion_model.", "unet.", ""];

    /// <summary>How the original names of a UNet's weights begin; without a prefix, nothing else tells them from other networks.</summary>
    private static readonly ImmutableArray<string> s_roots = ["input_blocks.", "middle_block.", "output_blocks.", "time_embed.", "label_emb.", "out."];

    /// <returns>Original names; empty where the file holds no UNet.</returns>
    public static IEnumerable<(string Name, TensorEntry Tensor)> In(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        foreach (string prefix in s_prefixes)
        {
            if (tensors.ContainsKey(prefix + OriginalMark))
            {
                return Named(tensors, prefix, name => prefix.Length > 0 || s_roots.Any(root => name.StartsWith(root, StringComparison.Ordinal)) ? name : null);
            }

            if (tensors.ContainsKey(prefix + DiffusersMark))
            {
                return Named(tensors, prefix, KeyMap.ForUNet(UNetLayout.FromDiffusersNames(name => tensors.ContainsKey(prefix + name))).ToOriginal);
            }
        }

        return tensors.ContainsKey(AveragedNames.Mark) ? Named(tensors, AveragedNames.Prefix, AveragedNames.ToOriginal) : [];
    }

    private static IEnumerable<(string Name, TensorEntry Tensor)> Named(IReadOnlyDictionary<string, TensorEntry> tensors, string prefix, Func<string, string?> toOriginal)
    {
        foreach ((string key, TensorEntry tensor) in tensors)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && toOriginal(key[prefix.Length..]) is { } name)
            {
                yield return (name, tensor);
            }
        }
    }
}
