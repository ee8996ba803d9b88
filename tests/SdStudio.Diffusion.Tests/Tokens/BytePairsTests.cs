using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Tokens;

public sealed class BytePairsTests
{
    [Fact]
    public void Merge_RandomMergesAndWords_EqualsTheTextbook()
    {
        // Merges in random order, so that later ones may outrank those that make their parts: real vocabularies never do this.
        System.Random random = new(1);
        for (int round = 0; round < 400; round++)
        {
            List<string> symbols = ["a", "b", "c"];
            List<(string Left, string Right)> merges = [];
            for (int i = 0; i < 12; i++)
            {
                (string left, string right) = (symbols[random.Next(symbols.Count)], symbols[random.Next(symbols.Count)]);
                if (!merges.Contains((left, right)))
                {
                    merges.Insert(random.Next(merges.Count + 1), (left, right));
                    symbols.Add(left + right);
                }
            }

            symbols = [.. symbols.Distinct()];
            BytePairs pairs = new(merges.Index().ToDictionary(
                merge => (symbols.IndexOf(merge.Item.Left), symbols.IndexOf(merge.Item.Right)),
                merge => (merge.Index, symbols.IndexOf(merge.Item.Left + merge.Item.Right))));

            int[] word = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(3))];
            List<string> expected = Textbook([.. word.Select(symbol => symbols[symbol])], merges);
            int count = pairs.Merge(word);
            Assert.Equal(expected, word[..count].Select(symbol => symbols[symbol]));
        }
    }

    /// <summary>The published algorithm: find the best pair of the word, join all of its places, again.</summary>
    private static List<string> Textbook(List<string> word, List<(string Left, string Right)> merges)
    {
        while (true)
        {
            int rank = word.Zip(word.Skip(1)).Select(pair => merges.IndexOf(pair)).Where(rank => rank >= 0).DefaultIfEmpty(-1).Min();
            if (rank < 0)
            {
                return word;
            }

            for (int i = 0; i + 1 < word.Count; i++)
            {
                if ((word[i], word[i + 1]) == merges[rank])
                {
                    word[i] += word[i + 1];
                    word.RemoveAt(i + 1);
                }
            }
        }
    }
}
