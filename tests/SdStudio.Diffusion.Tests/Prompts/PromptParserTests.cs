using FsCheck.Xunit;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Tests.Prompts;

public sealed class PromptParserTests
{
    [Theory]
    [InlineData("(a:1.2.3)", "a:1.2.3")]
    [InlineData("(a:.)", "a:.")]
    [InlineData("(a: 1.2.3 )", "a: 1.2.3 ")]
    public void Parse_WeightThatIsNoNumber_IsTextInBrackets(string prompt, string text)
    {
        PromptPiece piece = Assert.Single(PromptParser.Parse(prompt));
        Assert.Equal((text, 1.1), (piece.Text, piece.Weight));
    }

    [Fact]
    public void Parse_WeightBeyondAllNumbers_IsText()
    {
        string weight = new('9', 500);
        PromptPiece piece = Assert.Single(PromptParser.Parse($"(a:{weight})"));
        Assert.Equal("a:" + weight, piece.Text);
    }

    [Fact]
    public void Parse_MoreBracketsThanAnyoneMeans_AreText()
    {
        IReadOnlyList<PromptPiece> pieces = PromptParser.Parse(new string('(', 100_000) + "a");
        Assert.All(pieces, piece => Assert.True(double.IsFinite(piece.Weight)));
        Assert.EndsWith("(a", pieces[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a ")]
    [InlineData("[a:1 ")]
    [InlineData("(a) ")]
    [InlineData(" ")]
    [InlineData(": ")]
    [InlineData("\\")]
    [InlineData("(a:1")]
    public void Parse_MegabyteOfOnePattern_TakesNoTime(string pattern)
    {
        string prompt = string.Concat(Enumerable.Repeat(pattern, 1_000_000 / pattern.Length));
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty(PromptParser.Parse(prompt));

        // Quadratic work would be minutes; the bound is generous for a busy machine.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    [Property]
    public void Parse_AnyText_IsAPrompt(string? text)
    {
        IReadOnlyList<PromptPiece> pieces = PromptParser.Parse(text ?? "");
        Assert.NotEmpty(pieces);
        Assert.All(pieces, piece => Assert.True(double.IsFinite(piece.Weight)));
    }
}
