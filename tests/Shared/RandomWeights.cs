using System.Numerics.Tensors;

namespace SdStudio.Tests;

/// <summary>
/// Random values that keep a network's activations finite at any depth: matrices and kernels normal with 0.7 / sqrt(fan in),
/// norms 1, biases 0. Quick enough for a whole Stable Diffusion: random bits look up a table of normal numbers.
/// </summary>
internal sealed class RandomWeights
{
    private readonly float[] _normal = new float[1 << 16];
    private ulong _state;

    public RandomWeights(int seed)
    {
        Random random = new(seed);
        _state = (ulong)random.NextInt64();
        for (int i = 0; i < _normal.Length; i++)
        {
            // Box and Muller; 1 - u because the logarithm of 0 is not finite.
            _normal[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    public void Fill(PlannedTensor tensor, Span<float> block)
    {
        if (tensor.Shape.Length == 1)
        {
            block.Fill(tensor.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
            return;
        }

        for (int i = 0; i < block.Length; i += 4)
        {
            ulong bits = Next();
            for (int j = i; j < Math.Min(i + 4, block.Length); j++, bits >>= 16)
            {
                block[j] = _normal[bits & 0xFFFF];
            }
        }

        float fanIn = tensor.ElementCount / tensor.Shape[0];
        bool isTable = tensor.Name.Contains("embeddings.", StringComparison.Ordinal);
        TensorPrimitives.Multiply(block, isTable ? 0.02f : 0.7f / MathF.Sqrt(fanIn), block);
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
