namespace SdStudio.Diffusion.Random;

/// <summary>
/// MT19937 (Matsumoto and Nishimura 1998) with the seeding and the uniforms of PyTorch's CPU generator.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Period = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <param name="seed">Only the low 32 bits count.</param>
    public MersenneTwister(ulong seed)
    {
        _state[0] = (uint)seed;
        for (uint i = 1; i < Size; i++)
        {
            uint previous = _state[i - 1];
            _state[i] = (1812433253 * (previous ^ (previous >> 30))) + i;
        }
    }

    public uint NextWord()
    {
        if (_next == Size)
        {
            Twist();
        }

        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextWord() & 0xFFFFFF) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), 53 bits of two words.</summary>
    public double NextDouble()
    {
        ulong high = NextWord();
        ulong low = NextWord();
        return (((high << 32) | low) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            uint twisted = (y & 1) == 0 ? y >> 1 : (y >> 1) ^ 0x9908B0DF;
            _state[i] = _state[(i + Period) % Size] ^ twisted;
        }

        _next = 0;
    }
}
