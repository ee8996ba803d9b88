using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Prompts;

/// <summary>How the weights of tokens act on their embeddings: A1111's "original" method.</summary>
internal static class Emphasis
{
    /// <summary>
    /// Multiplies each token's embedding by its weight, then scales all of them so that the mean of the whole array stays what it
    /// was. The mean is close to 0, so this matters more than it seems.
    /// </summary>
    /// <param name="values">[tokens, dimension]; changed in place.</param>
    /// <param name="weights">[tokens]</param>
    public static void Apply(Span<float> values, ReadOnlySpan<float> weights)
    {
        if (weights.IndexOfAnyExcept(1) < 0)
        {
            return;
        }

        int dimension = values.Length / weights.Length;
        double before = Sum(values);
        for (int token = 0; token < weights.Length; token++)
        {
            Span<float> embedding = values.Slice(token * dimension, dimension);
            TensorPrimitives.Multiply(embedding, weights[token], embedding);
        }

        double after = Sum(values);
        if (after != 0)
        {
            TensorPrimitives.Multiply(values, (float)(before / after), values);
        }
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
