using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The VAE of a single file, or of a file of its own, whatever its weights are called: the original checkpoint's names or those of diffusers.</summary>
internal static class VaeNames
{
    private static readonly ImmutableArray<string> s_prefixes = ["first_stage_model.", "vae.", ""];

    /// <returns>Original names; empty where the file holds no VAE.</returns>
    public static IEnumerable<(string Name, TensorEntry Tensor)> In(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        foreach (string prefix in s_prefixes)
        {
            if (Has(prefix + "decoder.up."))
            {
                return Named(tensors, prefix, name => name);
            }

            if (Has(prefix + "decoder.up_blocks."))
            {
                return Named(tensors, prefix, KeyMap.ForVae(VaeLayout.FromDiffusersNames(name => tensors.ContainsKey(prefix + name))).ToOriginal);
            }
        }

        return [];

        bool Has(string start) => tensors.Keys.Any(key => key.StartsWith(start, StringComparison.Ordinal));
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
