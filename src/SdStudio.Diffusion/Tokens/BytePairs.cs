namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// Byte pair encoding (Sennrich et al. 2016, arXiv:1508.07909): neighbours are joined in the order in which training joined them.
/// A heap instead of repeated scans keeps a word of a megabyte from taking hours.
/// </summary>
internal sealed class BytePairs
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Joined)> _merges;

    /// <param name="merges">For two symbols: the rank of their merge, and the symbol they become.</param>
    public BytePairs(Dictionary<(int Left, int Right), (int Rank, int Joined)> merges)
    {
        _merges = merges;
    }

    /// <summary>Joins what can be joined, in place.</summary>
    /// <returns>Number of symbols left at the start of <paramref name="symbols"/>.</returns>
    public int Merge(Span<int> symbols)
    {
        const int Gone = -1;
        int[] next = new int[symbols.Length], previous = new int[symbols.Length];
        PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> queue = new();
        for (int i = 0; i < symbols.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < symbols.Length ? i + 1 : Gone);
            Offer(queue, i, symbols, next[i]);
        }

        List<int> joined = [];
        while (queue.TryPeek(out _, out (int Rank, int At) first))
        {
            // All pairs of one rank are joined, from left to right, before any pair that this makes.
            joined.Clear();
            while (queue.TryPeek(out (int At, int Left, int Right) pair, out (int Rank, int At) priority) && priority.Rank == first.Rank)
            {
                queue.Dequeue();
                int right = next[pair.At];
                if (symbols[pair.At] != pair.Left || right == Gone || symbols[right] != pair.Right)
                {
                    continue;
                }

                symbols[pair.At] = _merges[(pair.Left, pair.Right)].Joined;
                symbols[right] = Gone;
                next[pair.At] = next[right];
                if (next[right] != Gone)
                {
                    previous[next[right]] = pair.At;
                }

                joined.Add(pair.At);
            }

            foreach (int at in joined)
            {
                Offer(queue, at, symbols, next[at]);
                if (previous[at] >= 0)
                {
                    Offer(queue, previous[at], symbols, at);
                }
            }
        }

        int count = 0;
        foreach (int symbol in symbols)
        {
            if (symbol != Gone)
            {
                symbols[count++] = symbol;
            }
        }

        return count;
    }

    private void Offer(PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> queue, int at, ReadOnlySpan<int> symbols, int right)
    {
        if (right >= 0 && _merges.TryGetValue((symbols[at], symbols[right]), out (int Rank, int Joined) merge))
        {
            queue.Enqueue((at, symbols[at], symbols[right]), (merge.Rank, at));
        }
    }
}
