using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Embeddings;

/// <summary>
/// A textual inversion on disk: <c>emb_params</c>, the older <c>string_to_param</c>, <c>clip_l</c> with <c>clip_g</c> for models with two text
/// encoders, or the one tensor that diffusers writes under the word itself.
/// </summary>
public static class EmbeddingFile
{
    /// <summary>As many vectors as a chunk has room for.</summary>
    public const int MostVectors = 75;

    private const string OldPrefix = "string_to_param.";

    /// <summary>What the vectors of each text encoder are called, in the model's order.</summary>
    private static readonly ImmutableArray<string> s_pair = ["clip_l", "clip_g"];

    /// <param name="path">A .safetensors file, or one of torch's.</param>
    /// <param name="name">How prompts call it.</param>
    /// <param name="widths">Dimension of each of the model's text encoders, in its order.</param>
    /// <returns>The word for each text encoder; empty where it was made for another family.</returns>
    /// <exception cref="CheckpointException">The file is broken.</exception>
    public static ImmutableArray<LearnedWord> Read(string path, string name, ReadOnlySpan<int> widths)
    {
        using ITensorFile file = TensorFile.Open(path);
        TensorEntry[] vectors = Find(file.Header.Tensors, widths.Length);
        if (vectors.Length != widths.Length)
        {
            return [];
        }

        int count = CountOf(vectors[0]);
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i].Shape.Rank is not (1 or 2) || vectors[i].Shape[vectors[i].Shape.Rank - 1] != widths[i] || CountOf(vectors[i]) != count)
            {
                return [];
            }
        }

        return count is >= 1 and <= MostVectors
            ? [.. vectors.Select(tensor => new LearnedWord(name, Values(file, tensor), count))]
            : throw new CheckpointException(path, CheckpointProblem.InvalidShape, $"The embedding {Wording.Quote(name)} has {count} vectors, and a prompt's chunk has room for {MostVectors}.");
    }

    private static TensorEntry[] Find(IReadOnlyDictionary<string, TensorEntry> tensors, int encoders)
    {
        if (s_pair.All(tensors.ContainsKey))
        {
            return encoders == s_pair.Length ? [.. s_pair.Select(key => tensors[key])] : [];
        }

        string? key = tensors.ContainsKey("emb_params") ? "emb_params" : tensors.Keys.FirstOrDefault(key => key.StartsWith(OldPrefix, StringComparison.Ordinal));
        key ??= tensors.Count == 1 ? tensors.Keys.First() : null;
        return encoders == 1 && key is not null ? [tensors[key]] : [];
    }

    private static int CountOf(TensorEntry tensor) => tensor.Shape.Rank == 2 ? (int)Math.Min(tensor.Shape[0], int.MaxValue) : 1;

    private static float[] Values(ITensorFile file, TensorEntry tensor)
    {
        float[] values = new float[tensor.Shape.ElementCount];
        file.CopyTo(tensor, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(values))
            ? values
            : throw new CheckpointException(file.Path, CheckpointProblem.InvalidEntry, "The embedding holds values that are no numbers. Download it again.");
    }
}
