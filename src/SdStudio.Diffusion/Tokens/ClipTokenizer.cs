using System.Buffers;
using System.Text;

namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// CLIP's tokenizer (Radford et al. 2021, arXiv:2103.00020): byte-level byte pair encoding in lower case. The vocabulary is
/// that of the model; sizes and special tokens come from its files.
/// </summary>
public sealed class ClipTokenizer
{
    /// <summary>Tokens in a chunk: the length of CLIP's position embedding.</summary>
    public const int ChunkLength = 77;

    public const string VocabularyFile = "vocab.json";

    public const string MergesFile = "merges.txt";

    private const string WordEnd = "</w>";

    private static readonly char[] s_byteCharacters = MakeByteCharacters();

    private readonly Dictionary<string, int> _ids;
    private readonly BytePairs _pairs;
    private readonly int[] _symbolIds;
    private readonly int[] _byteSymbols = new int[256];
    private readonly int[] _lastByteSymbols = new int[256];
    private readonly int _unknownId;
    private readonly string[] _specials;
    private readonly Lazy<Dictionary<int, string>> _tokens;

    internal ClipTokenizer(string folder, TokenizerFiles files)
    {
        Folder = folder;
        _ids = files.Vocabulary;
        VocabularySize = _ids.Count == 0 ? 0 : _ids.Values.Max() + 1;
        StartId = SpecialId(files.StartToken);
        EndId = SpecialId(files.EndToken);
        PaddingId = _ids.GetValueOrDefault(files.PaddingToken, EndId);
        CommaId = _ids.TryGetValue("," + WordEnd, out int comma) ? comma : null;
        _unknownId = _ids.GetValueOrDefault(files.UnknownToken, EndId);
        _specials = [.. new[] { files.StartToken, files.EndToken }.Select(special => special.ToLowerInvariant())];

        Dictionary<string, int> symbols = [];
        for (int b = 0; b < 256; b++)
        {
            string character = s_byteCharacters[b].ToString();
            _byteSymbols[b] = Intern(symbols, character);
            _lastByteSymbols[b] = Intern(symbols, character + WordEnd);
        }

        Dictionary<(int, int), (int, int)> merges = [];
        for (int rank = 0; rank < files.Merges.Count; rank++)
        {
            (string left, string right) = files.Merges[rank];
            merges[(Intern(symbols, left), Intern(symbols, right))] = (rank, Intern(symbols, left + right));
        }

        _pairs = new BytePairs(merges);
        _symbolIds = new int[symbols.Count];
        foreach ((string symbol, int number) in symbols)
        {
            _symbolIds[number] = _ids.GetValueOrDefault(symbol, _unknownId);
        }

        _tokens = new(() => _ids.GroupBy(pair => pair.Value).ToDictionary(group => group.Key, group => group.First().Key));
    }

    /// <summary>Where it was loaded from.</summary>
    public string Folder { get; }

    /// <summary>Largest id plus one.</summary>
    public int VocabularySize { get; }

    public int StartId { get; }

    public int EndId { get; }

    /// <summary>Fills a chunk after its end token; in SD 1.x the end token itself.</summary>
    public int PaddingId { get; }

    /// <summary>The token of a comma that ends a word, where prompts prefer to be cut; null when the vocabulary has none.</summary>
    public int? CommaId { get; }

    /// <param name="folder">Holds vocab.json and merges.txt, and perhaps special_tokens_map.json and tokenizer_config.json.</param>
    /// <exception cref="TokenizerException">A file is missing, too large or broken, or they do not belong together.</exception>
    public static ClipTokenizer Load(string folder) => new(folder, TokenizerFiles.Read(folder));

    /// <summary>The tokens of a text, of any length, without start and end.</summary>
    public List<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        WordSplitter words = new(PromptText.Normalize(text), _specials);
        while (words.TryNext(out ReadOnlySpan<char> word))
        {
            Append(ids, word);
        }

        return ids;
    }

    /// <summary>One chunk: start, the first 75 tokens, end, padding. What does not fit is lost.</summary>
    public int[] EncodeChunk(string text)
    {
        int[] chunk = new int[ChunkLength];
        Array.Fill(chunk, PaddingId);
        List<int> ids = Encode(text);
        int count = Math.Min(ids.Count, ChunkLength - 2);
        chunk[0] = StartId;
        ids.CopyTo(0, chunk, 1, count);
        chunk[count + 1] = EndId;
        return chunk;
    }

    /// <summary>The text of tokens: lower case, a space after every word.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<byte> bytes = [];
        foreach (char c in string.Concat(ids.Select(id => _tokens.Value.GetValueOrDefault(id, ""))))
        {
            int b = Array.IndexOf(s_byteCharacters, c);
            if (b >= 0)
            {
                bytes.Add((byte)b);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).Replace(WordEnd, " ", StringComparison.Ordinal);
    }

    private void Append(List<int> ids, ReadOnlySpan<char> word)
    {
        for (int i = 0; i < _specials.Length; i++)
        {
            if (word.SequenceEqual(_specials[i]))
            {
                ids.Add(i == 0 ? StartId : EndId);
                return;
            }
        }

        int length = Encoding.UTF8.GetByteCount(word);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        int[] symbols = ArrayPool<int>.Shared.Rent(length);
        Encoding.UTF8.GetBytes(word, bytes);
        for (int i = 0; i < length; i++)
        {
            symbols[i] = i == length - 1 ? _lastByteSymbols[bytes[i]] : _byteSymbols[bytes[i]];
        }

        int count = _pairs.Merge(symbols.AsSpan(0, length));
        for (int i = 0; i < count; i++)
        {
            ids.Add(_symbolIds[symbols[i]]);
        }

        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<int>.Shared.Return(symbols);
    }

    private int SpecialId(string token) =>
        _ids.TryGetValue(token, out int id)
            ? id
            : throw new TokenizerException(Folder, $"{VocabularyFile} in {Folder} lacks the token {token}; it is not the vocabulary of a CLIP model.");

    private static int Intern(Dictionary<string, int> symbols, string symbol)
    {
        if (!symbols.TryGetValue(symbol, out int number))
        {
            symbols.Add(symbol, number = symbols.Count);
        }

        return number;
    }

    /// <summary>A printable character for each byte, so that vocabularies are text (GPT-2's table).</summary>
    private static char[] MakeByteCharacters()
    {
        char[] characters = new char[256];
        char substitute = '\u0100';
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[b] = printable ? (char)b : substitute++;
        }

        return characters;
    }
}
