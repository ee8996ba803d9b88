using System.Numerics.Tensors;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>
/// Noise of the SDE samplers: increments of one Brownian path over sigma, so that the same seed tells the same story at any
/// number of steps. The path is a binary tree refined by the Brownian bridge (virtual Brownian tree, Li et al. 2020,
/// arXiv:2001.01328); any increment follows from the seed alone, nothing is kept between draws. Bit-exact to the
/// torchsde tree as k-diffusion uses it.
/// </summary>
public sealed class BrownianNoise
{
    private const double Grid = 1e6;

    private readonly ulong _seed;
    private readonly NoiseSource _source;
    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly double _start;
    private readonly double _end;
    private readonly double _span;

    /// <param name="sigmaMin">Smallest sigma above 0 of the whole schedule, also where sampling starts part way.</param>
    /// <param name="sigmaMax">Largest sigma of the schedule.</param>
    /// <param name="source">Draws the normal numbers.</param>
    public BrownianNoise(long seed, float sigmaMin, float sigmaMax, int channels, int height, int width, NoiseSource source = NoiseSource.Cpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        ArgumentOutOfRangeException.ThrowIfLessThan(sigmaMax, sigmaMin);
        (_seed, _channels, _height, _width, _source) = ((ulong)seed, channels, height, width, source);
        (_start, _end) = (Round(sigmaMin), Round(sigmaMax));
        _span = (double)sigmaMax - sigmaMin;
    }

    /// <summary>Noise of unit variance for the step from one sigma to a lower one.</summary>
    public Latent Between(float sigmaFrom, float sigmaTo)
    {
        double low = Math.Clamp(Round(Math.Min(sigmaFrom, sigmaTo)), _start, _end);
        double high = Math.Clamp(Round(Math.Max(sigmaFrom, sigmaTo)), _start, _end);

        float[] increment = new float[checked(_channels * _height * _width)];
        if (low < high)
        {
            float[] whole = Normal(new SeedSequence(_seed));
            TensorPrimitives.Multiply(whole, (float)Math.Sqrt(_span), whole);
            bool found = false;
            Collect(whole, _start, _end, 0, 0, low, high, increment, ref found);
        }

        // Time runs from large sigma to small, the path from small to large: hence the sign.
        float scale = MathF.Sqrt(MathF.Abs(sigmaTo - sigmaFrom));
        if (sigmaFrom > sigmaTo)
        {
            TensorPrimitives.Negate(increment, increment);
        }

        TensorPrimitives.Divide(increment, scale, increment);
        return new Latent(_channels, _height, _width, increment);
    }

    /// <summary>Adds up, from left to right, the nodes that cover [low, high]; splits those that stick out.</summary>
    /// <param name="increment">Of the node [start, end].</param>
    private void Collect(
        float[] increment, double start, double end, ulong key, ulong depth, double low, double high, float[] sum, ref bool found)
    {
        if (low <= start && end <= high)
        {
            if (found)
            {
                TensorPrimitives.Add(sum, increment, sum);
            }
            else
            {
                increment.CopyTo(sum, 0);
                found = true;
            }

            return;
        }

        double middle = Round(0.5 * (start + end));
        float[] left = Bridge(increment, start, middle, end, key, depth);
        if (low < middle)
        {
            Collect(left, start, middle, key * 2, depth + 1, low, high, sum, ref found);
        }

        if (high > middle)
        {
            TensorPrimitives.Subtract(increment, left, left);
            Collect(left, middle, end, (key * 2) + 1, depth + 1, low, high, sum, ref found);
        }
    }

    /// <summary>The increment of the left half, given that of the whole.</summary>
    private float[] Bridge(float[] whole, double start, double middle, double end, ulong key, ulong depth)
    {
        double left = middle - start, right = end - middle, h = 1 / (end - start);
        float[] noise = Normal(new SeedSequence(_seed, key, depth));
        TensorPrimitives.Multiply(noise, (float)Math.Sqrt(left * right * h), noise);

        float[] result = new float[whole.Length];
        TensorPrimitives.Multiply(whole, (float)left, result);
        TensorPrimitives.Multiply(result, (float)h, result);
        TensorPrimitives.Add(result, noise, result);
        return result;
    }

    private float[] Normal(SeedSequence seeds) => _source.Start(seeds.State(1)[0]).Next(_channels, _height, _width).Values.ToArray();

    /// <summary>To six decimals, ties to even, decided on the exact value: halves of the grid are not exact in binary.</summary>
    private static double Round(double value)
    {
        double scaled = value * Grid;
        double nearest = Math.Round(scaled, MidpointRounding.ToEven);
        if (Math.Abs(scaled - nearest) == 0.5)
        {
            // The product fell on a tie by rounding, unless this remainder is 0.
            double remainder = Math.FusedMultiplyAdd(value, Grid, -scaled);
            nearest = remainder == 0 ? nearest : remainder > 0 ? Math.Ceiling(scaled) : Math.Floor(scaled);
        }

        return nearest / Grid;
    }
}
