using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Prompts;

/// <summary>How the weights of tokens act on their embeddings.</summary>
internal static class Emphasis
{
    /// <summary>Several rows that belong together, such as the texts of one schedule.</summary>
    /// <param name="Values">[tokens, dimension]; changed in place.</param>
    /// <param name="Weights">[tokens]</param>
    /// <param name="Times">How often the row counts.</param>
    internal readonly record struct Row(float[] Values, float[] Weights, int Times = 1);

    /// <param name="mode"><see cref="EmphasisMode.Original"/> scales all rows alike, so that the mean of them together stays what it was. It is close to 0, so this matters more than it seems.</param>
    /// <param name="empty">[tokens, dimension]: what the text encoder says of an empty prompt; asked for by <see cref="EmphasisMode.ComfyUi"/> alone.</param>
    public static void Apply(IReadOnlyList<Row> rows, EmphasisMode mode, Func<float[]> empty)
    {
        if (mode == EmphasisMode.Ignore || rows.All(row => row.Weights.AsSpan().IndexOfAnyExcept(1) < 0))
        {
            return;
        }

        double before = Sum(rows);
        foreach (Row row in rows)
        {
            if (mode == EmphasisMode.ComfyUi)
            {
                MoveFrom(empty(), row);
            }
            else
            {
                Multiply(row);
            }
        }

        double after = Sum(rows);
        if (mode == EmphasisMode.Original && after != 0)
        {
            float scale = (float)(before / after);
            foreach (Row row in rows)
            {
                TensorPrimitives.Multiply(row.Values, scale, row.Values);
            }
        }
    }

    private static void Multiply(Row row)
    {
        int dimension = row.Values.Length / row.Weights.Length;
        for (int token = 0; token < row.Weights.Length; token++)
        {
            Span<float> embedding = row.Values.AsSpan(token * dimension, dimension);
            TensorPrimitives.Multiply(embedding, row.Weights[token], embedding);
        }
    }

    private static void MoveFrom(float[] empty, Row row)
    {
        int dimension = row.Values.Length / row.Weights.Length;
        for (int token = 0; token < row.Weights.Length; token++)
        {
            // A weight of 1 leaves every bit as it is.
            if (row.Weights[token] != 1)
            {
                Span<float> embedding = row.Values.AsSpan(token * dimension, dimension);
                ReadOnlySpan<float> start = empty.AsSpan(token * dimension, dimension);
                TensorPrimitives.Subtract(embedding, start, embedding);
                TensorPrimitives.MultiplyAdd(embedding, row.Weights[token], start, embedding);
            }
        }
    }

    private static double Sum(IReadOnlyList<Row> rows)
    {
        double sum = 0;
        foreach (Row row in rows)
        {
            double part = 0;
            foreach (float value in row.Values)
            {
                part += value;
            }

            sum += part * row.Times;
        }

        return sum;
    }
}
