using FsCheck.Xunit;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Prompts.Dynamic;

namespace SdStudio.Diffusion.Tests.Prompts;

public sealed class PromptExpanderTests
{
    private static readonly Lists s_none = new([]);

    [Fact]
    public void Expand_SameSeed_GivesTheSameWords()
    {
        const string Template = "{a|b|c} {1-3$$d|e|f} {0.2::g|0.8::h}";

        Assert.Equal(PromptExpander.Expand(Template, 7, s_none), PromptExpander.Expand(Template, 7, s_none));
        Assert.True(Enumerable.Range(0, 50).Select(seed => PromptExpander.Expand(Template, seed, s_none)).Distinct().Count() > 10);
    }

    [Fact]
    public void Expand_Weights_AreHeeded()
    {
        int rare = Enumerable.Range(0, 2000).Count(seed => PromptExpander.Expand("{9::often|rare}", seed, s_none) == "rare");

        Assert.InRange(rare, 120, 280);
    }

    [Fact]
    public void Expand_ListsThatNameEachOther_EndsWithTheName()
    {
        Lists circle = new(new() { ["a"] = ["x __b__"], ["b"] = ["y __a__"] });

        string text = PromptExpander.Expand("__a__", 1, circle);

        Assert.StartsWith("x y x y", text, StringComparison.Ordinal);
        Assert.EndsWith("__", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__nobody__ {a")]
    [InlineData("a } b | c :: $$ ${x} %{y")]
    [InlineData("snake_case __ and __init")]
    public void Expand_WhatDoesNotParse_StaysAsItIs(string text) => Assert.Equal(text, PromptExpander.Expand(text, 3, s_none));

    [Fact]
    public void Expand_LineThatBeginsWithANumberSign_IsWords()
    {
        Assert.Equal("#1 girl, a cat", PromptExpander.Expand("#1 girl, a cat", 1, s_none));
        Assert.Equal("\na cat", PromptExpander.Expand("# for later\na cat", 1, s_none));
    }

    [Fact]
    public void Expand_ManyOptionsManyTimes_LooksAtABoundedNumber()
    {
        CountingDraw draw = new();

        new TemplateWriter(s_none, draw).Write("${x={9999$$$$" + new string('|', 20_000) + "}}" + string.Concat(Enumerable.Repeat("${x}", 5_000)));

        Assert.InRange(draw.Options, 1, 1_000_000);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{a|")]
    [InlineData("${x=${x}${x}}${x}")]
    [InlineData("__a__")]
    [InlineData("__")]
    [InlineData("%{...$$")]
    [InlineData("{2$$__a__|")]
    public void Expand_HostileText_IsBounded(string piece)
    {
        Lists lists = new(new() { ["a"] = [string.Concat(Enumerable.Repeat("__a__{__a__|__a__}", 20))] });

        string text = PromptExpander.Expand(string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)), 5, lists);

        Assert.True(text.Length <= PromptExpander.LongestText);
    }

    [Property]
    public bool Expand_AnyText_NeverFails(string? text, long seed) => PromptExpander.Expand(text ?? "", seed, s_none) is not null;

    private sealed class CountingDraw : IDraw
    {
        public long Options { get; private set; }

        public int Pick(ReadOnlySpan<double> weights)
        {
            Options += weights.Length;
            return 0;
        }
    }

    private sealed class Lists(Dictionary<string, string[]> lists) : IWildcards
    {
        public IEnumerable<string> Names => lists.Keys;

        public IReadOnlyList<string>? LinesOf(string name) => lists.GetValueOrDefault(name);
    }
}
