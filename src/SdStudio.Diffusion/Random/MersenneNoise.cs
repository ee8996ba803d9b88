using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>
/// The normal numbers of PyTorch's CPU generator (<c>torch.randn</c>), bit for bit: what web UIs call "CPU" noise.
/// Consecutive draws continue one generator.
/// </summary>
public sealed class MersenneNoise : INoiseSource
{
    private const int Block = 16;
    private const float TwoPi = (float)(2 * Math.PI);

    private readonly MersenneTwister _generator;

    // The second number of a pair of the small-draw algorithm. It waits in the generator, across larger draws.
    private double? _cached;

    /// <param name="seed">Only the low 32 bits count, as in PyTorch: 2^32 - 1 and 2^63 - 1 give the same noise.</param>
    public MersenneNoise(long seed)
    {
        _generator = new MersenneTwister(unchecked((ulong)seed));
    }

    public Latent Next(int channels, int height, int width)
    {
        float[] values = new float[checked(channels * height * width)];
        Fill(values);
        return new Latent(channels, height, width, values);
    }

    /// <summary>One draw: PyTorch uses another algorithm below 16 elements, so the length of a draw matters, not only the sum of lengths.</summary>
    public void Fill(Span<float> values)
    {
        if (values.Length < Block)
        {
            foreach (ref float value in values)
            {
                value = (float)NextSmall();
            }

            return;
        }

        Uniform(values);
        int whole = values.Length / Block * Block;
        for (int start = 0; start < whole; start += Block)
        {
            Transform(values.Slice(start, Block));
        }

        if (whole < values.Length)
        {
            // The rest is not transformed alone: the last sixteen, some of them finished, are drawn afresh.
            Span<float> last = values[^Block..];
            Uniform(last);
            Transform(last);
        }
    }

    private void Uniform(Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = _generator.NextSingle();
        }
    }

    /// <summary>Box and Muller 1958, over a block: the first half gives the radii, the second the angles.</summary>
    private static void Transform(Span<float> block)
    {
        for (int i = 0; i < Block / 2; i++)
        {
            float radius = MathF.Sqrt(-2 * CephesMath.Log(1 - block[i]));
            (float sin, float cos) = CephesMath.SinCos(TwoPi * block[i + (Block / 2)]);
            block[i] = radius * cos;
            block[i + (Block / 2)] = radius * sin;
        }
    }

    private double NextSmall()
    {
        if (_cached is { } cached)
        {
            _cached = null;
            return cached;
        }

        double angle = 2 * Math.PI * _generator.NextDouble();
        double radius = Math.Sqrt(-2 * LogOnePlus(-_generator.NextDouble()));
        _cached = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>ln(1 + x) without the loss of digits near 0 (Kahan).</summary>
    private static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}
