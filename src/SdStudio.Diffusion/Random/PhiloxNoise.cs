using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>
/// Normal numbers as an NVIDIA card draws them for PyTorch, bit for bit as A1111 computes them: Philox4x32-10 (Salmon et al. 2011), counted by draw and
/// element, then Box and Muller's transform. A card itself agrees as long as a draw has no more elements than it starts threads.
/// </summary>
public sealed class PhiloxNoise : INoiseSource
{
    // Two to the power of -32, and that times two pi, in the single precision of the card's header files.
    private const double Unit = 2.3283064e-10f;
    private const double Turn = (float)(2.3283064e-10 * 6.2831855);

    private readonly uint _keyLow;
    private readonly uint _keyHigh;
    private uint _draw;

    public PhiloxNoise(long seed)
    {
        (_keyLow, _keyHigh) = (unchecked((uint)seed), unchecked((uint)(seed >> 32)));
    }

    public Latent Next(int channels, int height, int width)
    {
        float[] values = new float[checked(channels * height * width)];
        Fill(values);
        return new Latent(channels, height, width, values);
    }

    /// <summary>One draw, whatever its length: the next begins where a draw of any other length would have ended.</summary>
    public void Fill(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            (uint first, uint second, _, _) = Words(_draw, (uint)i);
            double radius = Math.Sqrt(-2 * Math.Log((first * Unit) + (Unit / 2)));
            values[i] = (float)(radius * Math.Sin((second * Turn) + (Turn / 2)));
        }

        _draw++;
    }

    /// <summary>The four words of an element.</summary>
    internal (uint First, uint Second, uint Third, uint Fourth) Words(uint draw, uint element)
    {
        (uint c0, uint c1, uint c2, uint c3) = (draw, 0, element, 0);
        (uint k0, uint k1) = (_keyLow, _keyHigh);
        for (int round = 0; round < 10; round++)
        {
            ulong left = 0xD2511F53UL * c0, right = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(right >> 32) ^ c1 ^ k0, (uint)right, (uint)(left >> 32) ^ c3 ^ k1, (uint)left);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }
}
