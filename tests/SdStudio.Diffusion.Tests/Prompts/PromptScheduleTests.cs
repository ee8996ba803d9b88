using FsCheck.Xunit;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Tests.Prompts;

public sealed class PromptScheduleTests
{
    [Fact]
    public void At_Evaluation_FindsTheFirstTextThatStillStands()
    {
        PromptSchedule schedule = PromptSchedule.Parse("[cat:dog:3]", 10);

        Assert.Equal([0, 0, 0, 0, 1, 1], Enumerable.Range(0, 6).Select(schedule.At));
        // An adaptive sampler goes beyond the steps it was asked for.
        Assert.Equal(0, schedule.At(11));
    }

    [Fact]
    public void Parse_SameTextForAllSteps_IsOne() => Assert.Equal(PromptSchedule.Of("a (b:1.2)", 5), PromptSchedule.Parse("a (b:1.2)", 5));

    [Theory]
    [InlineData("[")]
    [InlineData("[a|")]
    [InlineData("(")]
    [InlineData("[a:")]
    [InlineData("\\")]
    [InlineData("[a|b]")]
    [InlineData("]")]
    public void Parse_HostileText_EndsSoonInSomeText(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 20_000 / piece.Length));

        Assert.NotEmpty(PromptSchedule.Parse(text, 20).Texts);
        Assert.NotEmpty(ComfyUiAttention.Parse(text));
        Assert.NotEmpty(PromptBranches.Split(text));
    }

    [Property]
    public bool Parse_AnyText_NeverFails(string? text, byte steps) =>
        PromptSchedule.Parse(text ?? "", steps + 1).Texts[^1].End == steps + 1
        && PromptBranches.Split(text ?? "").Count > 0
        && ComfyUiAttention.Parse(text ?? "").Count > 0;
}
