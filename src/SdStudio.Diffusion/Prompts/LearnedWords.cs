using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Finds learned words in a prompt as A1111 does: a word is there where the tokens of its name are, whatever its capitals; of several that
/// begin at one place the longest counts.
/// </summary>
public sealed class LearnedWords
{
    private readonly Dictionary<int, List<(List<int> Tokens, string Name)>> _byFirstToken = [];
    private readonly Func<string, LearnedWord?> _read;

    /// <param name="tokenizer">Cuts names into tokens as it cuts prompts.</param>
    /// <param name="names">Of all words there are.</param>
    /// <param name="read">Gives a word when a prompt uses it; null where it is not for this text encoder, and then is text like any other.</param>
    public LearnedWords(ClipTokenizer tokenizer, IEnumerable<string> names, Func<string, LearnedWord?> read)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(names);
        _read = read;
        foreach (string name in names)
        {
            List<int> tokens = tokenizer.Encode(name);
            if (tokens.Count > 0)
            {
                if (!_byFirstToken.TryGetValue(tokens[0], out List<(List<int>, string)>? sameStart))
                {
                    _byFirstToken.Add(tokens[0], sameStart = []);
                }

                sameStart.Add((tokens, name));
            }
        }

        foreach (List<(List<int> Tokens, string Name)> sameStart in _byFirstToken.Values)
        {
            sameStart.Sort((a, b) => b.Tokens.Count.CompareTo(a.Tokens.Count));
        }
    }

    /// <param name="tokens">Of a piece of a prompt.</param>
    /// <param name="position">In <paramref name="tokens"/>.</param>
    /// <param name="length">Tokens that the word's name takes.</param>
    /// <returns>Null where no word begins here.</returns>
    internal LearnedWord? At(List<int> tokens, int position, out int length)
    {
        foreach ((List<int> name, string word) in _byFirstToken.GetValueOrDefault(tokens[position]) ?? [])
        {
            if (name.Count <= tokens.Count - position && tokens.Slice(position, name.Count).SequenceEqual(name) && _read(word) is { } found)
            {
                length = name.Count;
                return found;
            }
        }

        length = 0;
        return null;
    }
}
