using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// A moment's test of attention on a device, against the formula written out here. Some drivers compute the fused node wrongly by a percent or
/// so, which no error reports and every picture shows.
/// </summary>
internal static class AttentionSelfTest
{
    // Self-attention over an odd number of tokens, and cross-attention to a prompt: tails of a kernel's tiles are where it goes wrong.
    private static readonly (int Tokens, int ContextTokens, int Heads, int HeadDimension)[] s_shapes = [(67, 67, 8, 40), (96, 77, 4, 64)];

    /// <summary>
    /// The way to compute attention in the best precision in which the device does it right.
    /// </summary>
    /// <param name="measure">The largest error of a choice; see <see cref="LargestError"/>. May throw what a runtime throws.</param>
    /// <returns>The choice, and a sentence where it is not the first; null where no choice is right.</returns>
    public static (OperatorChoices Operators, string? Note)? Choose(ProviderTraits traits, Func<OperatorChoices, float> measure)
    {
        List<string> failures = [];
        foreach (ElementType precision in traits.Precisions)
        {
            foreach (AttentionForm form in (AttentionForm[])[AttentionForm.Fused, AttentionForm.Decomposed])
            {
                OperatorChoices operators = traits.Operators(precision, form);
                try
                {
                    // Written so that NaN fails.
                    if (measure(operators) <= Tolerance(precision))
                    {
                        return (operators, failures.Count == 0 ? null : Note(traits, operators, failures));
                    }

                    failures.Add($"{Words(form)} in {Words(precision)} gives wrong results");
                }
                catch (OnnxRuntimeException)
                {
                    failures.Add($"{Words(form)} in {Words(precision)} does not run");
                }
            }
        }

        return null;
    }

    /// <summary>Largest absolute difference between a device and <see cref="Reference"/> over a few shapes with values of about 1.</summary>
    public static float LargestError(OperatorChoices operators, Func<SessionOptions> newOptions)
    {
        float largest = 0;
        foreach ((int tokens, int contextTokens, int heads, int dimension) in s_shapes)
        {
            int channels = heads * dimension;
            float[] q = Wave(tokens * channels, 0.37f), k = Wave(contextTokens * channels, 0.61f), v = Wave(contextTokens * channels, 0.83f);
            float[] expected = Reference(q, k, v, tokens, contextTokens, heads, dimension);
            float[] actual = Run(operators, newOptions, q, k, v, tokens, contextTokens, heads, channels);
            for (int i = 0; i < expected.Length; i++)
            {
                float error = MathF.Abs(expected[i] - actual[i]);
                largest = float.IsNaN(error) ? float.NaN : MathF.Max(largest, error);
            }
        }

        return largest;
    }

    /// <summary>softmax(q k^T / sqrt(dimension)) v for each head, in double.</summary>
    /// <param name="q">[tokens, heads, dimension]</param>
    /// <param name="k">[context tokens, heads, dimension]</param>
    /// <param name="v">[context tokens, heads, dimension]</param>
    /// <returns>[tokens, heads, dimension]</returns>
    internal static float[] Reference(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int tokens, int contextTokens, int heads, int dimension)
    {
        float[] result = new float[tokens * heads * dimension];
        double[] weights = new double[contextTokens], mixed = new double[dimension];
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                int query = (token * heads + head) * dimension;
                for (int other = 0; other < contextTokens; other++)
                {
                    int key = (other * heads + head) * dimension;
                    double score = 0;
                    for (int d = 0; d < dimension; d++)
                    {
                        score += (double)q[query + d] * k[key + d];
                    }

                    weights[other] = score / Math.Sqrt(dimension);
                }

                double highest = weights.Max(), sum = 0;
                Array.Clear(mixed);
                for (int other = 0; other < contextTokens; other++)
                {
                    double weight = Math.Exp(weights[other] - highest);
                    sum += weight;
                    for (int d = 0; d < dimension; d++)
                    {
                        mixed[d] += weight * v[(other * heads + head) * dimension + d];
                    }
                }

                for (int d = 0; d < dimension; d++)
                {
                    result[query + d] = (float)(mixed[d] / sum);
                }
            }
        }

        return result;
    }

    /// <summary>Rounding of the precision over these sizes, well below the errors of broken kernels (0.001 to 0.04 in float32).</summary>
    internal static float Tolerance(ElementType precision) => precision == ElementType.Float16 ? 4e-3f : 1e-4f;

    private static float[] Run(
        OperatorChoices operators, Func<SessionOptions> newOptions, float[] q, float[] k, float[] v, int tokens, int contextTokens, int heads, int channels)
    {
        GraphBuilder g = new(operators);
        Value query = g.ToPrecision(g.Input("q", ElementType.Float32, "1", Text(tokens), Text(channels)));
        Value key = g.ToPrecision(g.Input("k", ElementType.Float32, "1", Text(contextTokens), Text(channels)));
        Value value = g.ToPrecision(g.Input("v", ElementType.Float32, "1", Text(contextTokens), Text(channels)));
        g.Output("result", g.Attention(query, key, value, heads, channels), "1", Text(tokens), Text(channels));

        using SessionOptions options = newOptions();
        using InferenceSession session = new(g.Graph.ToBytes(), options);
        using OrtValue first = OrtValue.CreateTensorValueFromMemory(q, [1, tokens, channels]);
        using OrtValue second = OrtValue.CreateTensorValueFromMemory(k, [1, contextTokens, channels]);
        using OrtValue third = OrtValue.CreateTensorValueFromMemory(v, [1, contextTokens, channels]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["q", "k", "v"], [first, second, third], ["result"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Wave(int count, float frequency)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = 2 * MathF.Sin(frequency * i + i % 7);
        }

        return values;
    }

    private static string Note(ProviderTraits traits, OperatorChoices used, List<string> failures) =>
        $"On {traits.Label}, {string.Join(" and ", failures)} here, so {Words(used.Attention)} in {Words(used.Precision)} is used.";

    private static string Words(AttentionForm form) => form == AttentionForm.Fused ? "fused attention" : "attention in single steps";

    private static string Words(ElementType precision) => precision == ElementType.Float16 ? "half precision" : "single precision";

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
