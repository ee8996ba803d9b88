using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class PromptWeightTests
{
    [Theory]
    [InlineData("a red house", 3, 3, "a (red:1.1) house")]
    [InlineData("a red house", 2, 11, "a (red house:1.1)")]
    [InlineData("a (red:1.1) house", 4, 4, "a (red:1.2) house")]
    [InlineData("a (red:1.1) house", 8, 8, "a (red:1.2) house")]
    [InlineData("a (red:1.1) house", 10, 10, "a (red:1.2) house")]
    [InlineData("a (red house:0.9) b", 3, 12, "a red house b")]
    [InlineData("(red:2)", 2, 2, "(red:2)")]
    public void Change_Up_WeighsTheWord(string text, int start, int end, string expected) =>
        Assert.Equal(expected, PromptWeight.Change(text, start, end, 0.1m).Text);

    [Theory]
    [InlineData("a red house", 3, "a (red:0.9) house")]
    [InlineData("a (red:1.1) house", 4, "a red house")]
    [InlineData("(red:0.1)", 2, "(red:0.1)")]
    public void Change_Down_WeighsTheWord(string text, int caret, string expected) =>
        Assert.Equal(expected, PromptWeight.Change(text, caret, caret, -0.1m).Text);

    [Fact]
    public void Change_UpAndDownAgain_SelectsTheSameWords()
    {
        (string up, int start, int end) = PromptWeight.Change("a red house", 3, 3, 0.1m);
        Assert.Equal("red", up[start..end]);

        (string down, start, end) = PromptWeight.Change(up, start, end, -0.1m);
        Assert.Equal("a red house", down);
        Assert.Equal("red", down[start..end]);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 1)]
    [InlineData("a, b", 400)]
    public void Change_NothingUnderTheCaret_LeavesTheText(string text, int caret)
    {
        string changed = PromptWeight.Change(text, caret, caret, 0.1m).Text;

        Assert.True(changed == text || changed == "a, (b:1.1)");
    }
}
