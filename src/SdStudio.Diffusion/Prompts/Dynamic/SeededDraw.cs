using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>Choices by chance, the same ones for the same seed: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").</summary>
internal sealed class SeededDraw(long seed) : IDraw
{
    private ulong _state = (ulong)seed;

    public int Pick(ReadOnlySpan<double> weights)
    {
        double rest = Next() * TensorPrimitives.Sum(weights);
        for (int i = 0; i < weights.Length; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return i;
            }
        }

        // Rounding, or all weights are 0.
        return weights.Length - 1;
    }

    /// <summary>0 up to, but not including, 1.</summary>
    private double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
