using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Tokens;

public sealed class PromptTextTests
{
    [Theory]
    [InlineData("a &amp; b", "a & b")]
    [InlineData("&amp;lt;", "<")]
    [InlineData("&eacute;&Eacute", "éé")]
    [InlineData("&notit;", "¬it;")]
    [InlineData("&COPY &copy", "© ©")]
    [InlineData("&apos;s &apos", "'s &apos")]
    [InlineData("&#65;&#x42;&#67", "abc")]
    [InlineData("&#128;&#150;", "€–")]
    [InlineData("&#0;&#xD800;&#99999999999999;", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("&#1;&#xFFFF;", "")]
    [InlineData("&; &# &#x; &nonsense;", "&; &# &#x; &nonsense;")]
    public void Normalize_CharacterReferences_AreReplaced(string text, string expected) =>
        Assert.Equal(expected, PromptText.Normalize(text));

    [Theory]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("ΟΔΟΣ ΑΣ.", "οδος ας.")]
    [InlineData("Σ", "σ")]
    [InlineData("ΑΣ'Α", "ασ'α")]
    [InlineData("Α'Σ", "α'ς")]
    [InlineData("İI", "i\u0307i")]
    [InlineData("𐐀", "𐐨")]
    public void Normalize_Capitals_BecomeLowerCase(string text, string expected) =>
        Assert.Equal(expected, PromptText.Normalize(text));

    [Theory]
    [InlineData(" a \t\r\n\u2003 b\u3000", "a b")]
    [InlineData("\x1C\x1F a\x1C", "a")]
    [InlineData("a\x1C b", "a\x1C b")]
    [InlineData("&nbsp;", "")]
    public void Normalize_WhiteSpace_IsOneSpaceOrNone(string text, string expected) =>
        Assert.Equal(expected, PromptText.Normalize(text));

    [Theory]
    [InlineData("&amp")]
    [InlineData("&abcdefghijklmnopqrstuvwxyzabcdef")]
    [InlineData("&#1")]
    [InlineData("Σ.")]
    [InlineData("'")]
    [InlineData("a ")]
    public void Normalize_MegabyteOfOnePattern_TakesNoTime(string pattern)
    {
        string text = string.Concat(Enumerable.Repeat(pattern, 1_000_000 / pattern.Length));
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        _ = PromptText.Normalize(text);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}");
    }
}
