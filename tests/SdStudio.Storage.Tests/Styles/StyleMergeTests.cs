using SdStudio.Storage.Styles;

namespace SdStudio.Storage.Tests.Styles;

public sealed class StyleMergeTests
{
    /// <summary>Each expectation is what <c>merge_prompts</c> of A1111 gives.</summary>
    [Theory]
    [InlineData("a cat", "oil painting", "a cat, oil painting")]
    [InlineData(" a cat ", " oil painting ", "a cat, oil painting")]
    [InlineData("a cat", "", "a cat")]
    [InlineData("", "oil painting", "oil painting")]
    [InlineData("a cat", "painting of {prompt}, oil", "painting of a cat, oil")]
    [InlineData("a cat", "{prompt} and {prompt}", "a cat and a cat")]
    [InlineData("", "painting of {prompt}", "painting of ")]
    public void Apply_OneStyle_MergesAsA1111(string prompt, string style, string expected) =>
        Assert.Equal((expected, expected), StyleMerge.Apply(prompt, prompt, [new PromptStyle(1, "s", style, style)]));

    [Fact]
    public void Apply_SeveralStyles_AreAppliedOneAfterTheOther() =>
        Assert.Equal(
            ("film still of a cat, oil, grain", "blur"),
            StyleMerge.Apply("a cat", "", [new PromptStyle(1, "a", "oil", ""), new PromptStyle(2, "b", "film still of {prompt}, grain", "blur")]));

    [Fact]
    public void Apply_PlaceholdersThatMultiply_EndWithoutGrowing()
    {
        string bomb = string.Concat(Enumerable.Repeat("{prompt}", 500));

        Assert.Null(StyleMerge.Apply("a cat", "", Enumerable.Repeat(new PromptStyle(1, "s", bomb, ""), 100)));
    }
}
