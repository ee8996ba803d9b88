using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Recognises a model's family by the shapes of a few weights.</summary>
public static class FamilyDetector
{
    /// <returns>The first matching row of <see cref="ModelFamilies.All"/>, run or not; null where none matches.</returns>
    public static ModelFamily? Detect(SafetensorsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        Dictionary<string, Shape> unet = new(StringComparer.Ordinal);
        foreach ((string name, TensorEntry tensor) in UNetNames.In(header))
        {
            unet[name] = tensor.Shape;
        }

        return Detect(new ModelTraits(
            header.Tensors.Keys,
            Dimension("input_blocks.0.0.weight", 1),
            Dimension("middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1),
            unet.TryGetValue("middle_block.1.proj_in.weight", out Shape projection) ? projection.Rank == 2 : null,
            unet.ContainsKey("input_blocks.0.0.weight") ? unet.ContainsKey("label_emb.0.0.weight") : null));

        long? Dimension(string name, int axis) => unet.TryGetValue(name, out Shape shape) && shape.Rank > axis ? shape[axis] : null;
    }

    internal static ModelFamily? Detect(ModelTraits traits) => ModelFamilies.All.FirstOrDefault(family => family.Matches(traits));

    /// <exception cref="UnsupportedModelException">It is not run; the message names it.</exception>
    internal static ModelFamily ThrowIfUnsupported(this ModelFamily family, string path) =>
        family.Refusal is { } refusal ? throw new UnsupportedModelException(path, refusal, family) : family;
}
