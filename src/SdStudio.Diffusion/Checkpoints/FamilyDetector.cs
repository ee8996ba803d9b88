using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Recognises a model's family by the shapes of a few weights.</summary>
public static class FamilyDetector
{
    /// <returns>The first matching row of <see cref="ModelFamilies.All"/>, run or not; null where none matches.</returns>
    public static ModelFamily? Detect(SafetensorsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return Detect(new ModelTraits(
            header.Tensors.Keys,
            Dimension("input_blocks.0.0.weight", 1),
            Dimension("middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1),
            ShapeOf("middle_block.1.proj_in.weight") is { } projection ? projection.Rank == 2 : null,
            ShapeOf("input_blocks.0.0.weight") is null ? null : ShapeOf("label_emb.0.0.weight") is not null));

        Shape? ShapeOf(string name) =>
            header.Tensors.TryGetValue(SingleFile.UNetPrefix + name, out TensorEntry tensor) ? tensor.Shape : null;

        long? Dimension(string name, int axis) => ShapeOf(name) is { } shape && shape.Rank > axis ? shape[axis] : null;
    }

    internal static ModelFamily? Detect(ModelTraits traits) => ModelFamilies.All.FirstOrDefault(family => family.Matches(traits));

    /// <exception cref="UnsupportedModelException">It is not run; the message names it.</exception>
    internal static ModelFamily ThrowIfUnsupported(this ModelFamily family, string path) =>
        family.Refusal is { } refusal ? throw new UnsupportedModelException(path, refusal, family) : family;
}
