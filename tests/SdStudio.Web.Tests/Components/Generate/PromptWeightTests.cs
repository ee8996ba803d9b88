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
    [InlineData("a (red house:1.1) b", 5, 5, "a (red house:1.2) b")]
    [InlineData("(a (b:1.2) c:1.1)", 4, 4, "(a (b:1.3) c:1.1)")]
    [InlineData("(a (b:1.2) c:1.1)", 11, 11, "(a (b:1.2) c:1.2)")]
    [InlineData("(a (b:1.2) c:1.1)", 14, 14, "(a (b:1.2) c:1.2)")]
    [InlineData("(a (b:1.2) c:1.1)", 1, 12, "(a (b:1.2) c:1.2)")]
    [InlineData("(red house)", 3, 3, "(red house:1.2)")]
    [InlineData("((red))", 3, 3, "((red:1.2))")]
    [InlineData("[red]", 2, 2, "[(red:1.1)]")]
    [InlineData("[red:blue:0.5]", 12, 12, "[red:blue:0.5]")]
    [InlineData("{a|b}", 2, 2, "{(a:1.1)|b}")]
    [InlineData("\\(red\\)", 4, 4, "\\((red:1.1)\\)")]
    [InlineData("a (b, c", 0, 4, "a (b, c")]
    [InlineData("a <lora:film:0.8> b", 9, 9, "a <lora:film:0.85> b")]
    [InlineData("a <lora:film:0.8> b", 15, 15, "a <lora:film:0.85> b")]
    [InlineData("a <lora:film> b", 9, 9, "a <lora:film:1.05> b")]
    [InlineData("a <lora:film:0.5:0.8> b", 9, 9, "a <lora:film:0.5:0.85> b")]
    [InlineData("(<lora:film:0.8> b:1.1)", 17, 17, "(<lora:film:0.8> b:1.2)")]
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
