namespace SdStudio.Diffusion.Random;

/// <summary>
/// Turns one seed into many unrelated ones: the mixing of numpy's SeedSequence (O'Neill's seed_seq), with the pool of
/// 24 words that Brownian trees use.
/// </summary>
internal sealed class SeedSequence
{
    private const int PoolSize = 24;

    private readonly uint[] _pool = new uint[PoolSize];

    /// <param name="spawnKey">Names a child; empty for the root.</param>
    public SeedSequence(ulong entropy, params ReadOnlySpan<ulong> spawnKey)
    {
        List<uint> words = [];
        AppendWords(words, entropy);
        if (!spawnKey.IsEmpty)
        {
            // Without the padding a child's words could be taken for a longer entropy.
            while (words.Count < PoolSize)
            {
                words.Add(0);
            }

            foreach (ulong key in spawnKey)
            {
                AppendWords(words, key);
            }
        }

        Mix(words);
    }

    /// <summary>The first words of the generated state.</summary>
    public uint[] State(int count)
    {
        uint[] state = new uint[count];
        uint constant = 0x8B51F9DD;
        for (int i = 0; i < count; i++)
        {
            uint value = _pool[i % PoolSize] ^ constant;
            constant *= 0x58F38DED;
            value *= constant;
            state[i] = value ^ (value >> 16);
        }

        return state;
    }

    private static void AppendWords(List<uint> words, ulong value)
    {
        words.Add((uint)value);
        if (value > uint.MaxValue)
        {
            words.Add((uint)(value >> 32));
        }
    }

    private void Mix(List<uint> words)
    {
        uint constant = 0x43B0D7E5;

        uint Hash(uint value)
        {
            value ^= constant;
            constant *= 0x931E8875;
            value *= constant;
            return value ^ (value >> 16);
        }

        static uint Combine(uint x, uint y)
        {
            uint mixed = (0xCA01F9DD * x) - (0x4973F715 * y);
            return mixed ^ (mixed >> 16);
        }

        for (int i = 0; i < PoolSize; i++)
        {
            _pool[i] = Hash(i < words.Count ? words[i] : 0);
        }

        for (int source = 0; source < PoolSize; source++)
        {
            for (int target = 0; target < PoolSize; target++)
            {
                if (source != target)
                {
                    _pool[target] = Combine(_pool[target], Hash(_pool[source]));
                }
            }
        }

        for (int i = PoolSize; i < words.Count; i++)
        {
            for (int target = 0; target < PoolSize; target++)
            {
                _pool[target] = Combine(_pool[target], Hash(words[i]));
            }
        }
    }
}
