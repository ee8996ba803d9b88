using System.Text.Json;
using SdStudio.Diffusion.Tokens;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Tokens;

/// <summary>Token ids are exact.</summary>
[Trait("Category", "Parity")]
public sealed class TokenizerParityTests
{
    private static readonly Lazy<ClipTokenizer> s_clip = new(() => ClipTokenizer.Load(GoldenFolder.RequireClipVocabulary()));

    public static TheoryData<string, string> Texts => GoldenFolder.Cases("tokenizer/tokens.json");

    public static TheoryData<string, string> Ids => GoldenFolder.Cases("tokenizer/decode.json", array: null);

    public static TheoryData<string, string> TinyTexts => GoldenFolder.Cases("models/tokenizer-golden.json", array: null);

    public static TheoryData<string> Tokenizers => GoldenFolder.Files("models/*/tokenizer*/vocab.json");

    /// <summary>CLIP's own, or the test is skipped with the reason.</summary>
    public static ClipTokenizer Clip()
    {
        GoldenFolder.RequireClipVocabulary();
        return s_clip.Value;
    }

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public void Encode_ClipVocabulary_EqualsOpenAi(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Assert.Equal(Integers(golden.GetProperty("ids")), Clip().Encode(golden.GetProperty("text").GetString()!));
    }

    [SkippableTheory]
    [MemberData(nameof(Ids))]
    public void Decode_ClipVocabulary_EqualsOpenAi(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        Assert.Equal(golden.GetProperty("text").GetString(), Clip().Decode(Integers(golden.GetProperty("ids"))));
    }

    [SkippableTheory]
    [MemberData(nameof(TinyTexts))]
    public void Encode_TinyVocabulary_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        ClipTokenizer tokenizer = ClipTokenizer.Load(GoldenFolder.Require("models/sd15-tiny/tokenizer"));
        string text = golden.GetProperty("text").GetString()!;
        Assert.Equal(Integers(golden.GetProperty("ids")), tokenizer.Encode(text));
        Assert.Equal(Integers(golden.GetProperty("ids77")), tokenizer.EncodeChunk(text));
    }

    [SkippableTheory]
    [MemberData(nameof(Tokenizers))]
    public void Load_TokenizerOfAModel_FindsItsSpecialTokens(string file)
    {
        JsonElement vocabulary = GoldenFolder.Json(file);
        ClipTokenizer tokenizer = ClipTokenizer.Load(Path.GetDirectoryName(GoldenFolder.Require(file))!);
        Assert.Equal(vocabulary.EnumerateObject().Count(), tokenizer.VocabularySize);
        Assert.Equal(vocabulary.GetProperty("<|startoftext|>").GetInt32(), tokenizer.StartId);
        Assert.Equal(vocabulary.GetProperty("<|endoftext|>").GetInt32(), tokenizer.EndId);
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
