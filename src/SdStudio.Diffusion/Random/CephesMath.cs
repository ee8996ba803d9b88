namespace SdStudio.Diffusion.Random;

/// <summary>
/// Single precision logarithm, exponential and sine after Moshier's Cephes library, in the order of operations of PyTorch's vectorised
/// kernels (fused multiply-adds included). Any other libm is as good, but differs in the last bit, and seeds promise every bit.
/// </summary>
internal static class CephesMath
{
    /// <summary>Natural logarithm of a normal positive number.</summary>
    public static float Log(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        float e = (bits >> 23) - 126;
        float m = BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) | 0x3F000000); // [0.5, 1)
        if (m < 0.707106781186547524f)
        {
            e -= 1;
            x = (m - 1) + m;
        }
        else
        {
            x = m - 1;
        }

        float z = x * x;
        float y = 7.0376836292e-2f;
        y = MathF.FusedMultiplyAdd(y, x, -1.1514610310e-1f);
        y = MathF.FusedMultiplyAdd(y, x, 1.1676998740e-1f);
        y = MathF.FusedMultiplyAdd(y, x, -1.2420140846e-1f);
        y = MathF.FusedMultiplyAdd(y, x, 1.4249322787e-1f);
        y = MathF.FusedMultiplyAdd(y, x, -1.6668057665e-1f);
        y = MathF.FusedMultiplyAdd(y, x, 2.0000714765e-1f);
        y = MathF.FusedMultiplyAdd(y, x, -2.4999993993e-1f);
        y = MathF.FusedMultiplyAdd(y, x, 3.3333331174e-1f);
        y *= x;
        y = MathF.FusedMultiplyAdd(y, z, e * -2.12194440e-4f);
        y = MathF.FusedMultiplyAdd(-z, 0.5f, y);
        return MathF.FusedMultiplyAdd(e, 0.693359375f, x + y);
    }

    /// <summary>Exponential function of a number between -80 and 80.</summary>
    public static float Exp(float x)
    {
        float power = MathF.Floor((x * 1.44269504088896341f) + 0.5f);
        x = MathF.FusedMultiplyAdd(power, -0.693359375f, x);
        x = MathF.FusedMultiplyAdd(power, 2.12194440e-4f, x);

        float y = 1.9875691500e-4f;
        y = MathF.FusedMultiplyAdd(y, x, 1.3981999507e-3f);
        y = MathF.FusedMultiplyAdd(y, x, 8.3334519073e-3f);
        y = MathF.FusedMultiplyAdd(y, x, 4.1665795894e-2f);
        y = MathF.FusedMultiplyAdd(y, x, 1.6666665459e-1f);
        y = MathF.FusedMultiplyAdd(y, x, 5.0000001201e-1f);
        y = MathF.FusedMultiplyAdd(y, x * x, x) + 1;
        return MathF.ScaleB(y, (int)power);
    }

    /// <summary>Sine and cosine of a small non-negative angle in radians.</summary>
    public static (float Sin, float Cos) SinCos(float x)
    {
        int j = ((int)(x * 1.27323954473516f) + 1) & ~1;
        float octant = j;
        x = MathF.FusedMultiplyAdd(octant, -0.78515625f, x);
        x = MathF.FusedMultiplyAdd(octant, -2.4187564849853515625e-4f, x);
        x = MathF.FusedMultiplyAdd(octant, -3.77489497744594108e-8f, x);

        float z = x * x;
        float c = 2.443315711809948e-5f;
        c = MathF.FusedMultiplyAdd(c, z, -1.388731625493765e-3f);
        c = MathF.FusedMultiplyAdd(c, z, 4.166664568298827e-2f);
        c *= z;
        c = MathF.FusedMultiplyAdd(c, z, -(z * 0.5f)) + 1;

        float s = -1.9515295891e-4f;
        s = MathF.FusedMultiplyAdd(s, z, 8.3321608736e-3f);
        s = MathF.FusedMultiplyAdd(s, z, -1.6666654611e-1f);
        s *= z;
        s = MathF.FusedMultiplyAdd(s, x, x);

        (float sin, float cos) = (j & 2) == 0 ? (s, c) : (c, s);
        return ((j & 4) == 0 ? sin : -sin, ((j - 2) & 4) == 0 ? -cos : cos);
    }
}
