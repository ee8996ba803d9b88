using Bunit;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class PromptFieldTests : BunitContext
{
    public PromptFieldTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Theory]
    [InlineData(0, "0 / 75")]
    [InlineData(17, "17 / 75")]
    [InlineData(75, "75 / 75")]
    [InlineData(76, "76 / 150")]
    [InlineData(160, "160 / 225")]
    public void Counter_Tokens_CountsWholeChunks(int tokens, string expected)
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, "words").Add(part => part.Tokens, tokens));

        Assert.Contains(expected, field.Find("#prompt-foot").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Counter_TokenizerUnknown_SaysNothing() =>
        Assert.DoesNotContain("/", Render<PromptField>(parameters => parameters.Add(part => part.Value, "words")).Find("#prompt-foot").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Typing_EveryLetter_ReachesThePage()
    {
        string? heard = null;
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, "").Add(part => part.ValueChanged, words => heard = words));

        field.Find("[data-testid=prompt]").Input("a cat");

        Assert.Equal("a cat", heard);
    }

    [Fact]
    public async Task Weigh_Up_AnswersTheScriptWithTextAndSelection()
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, ""));

        PromptField.Selection changed = await field.InvokeAsync(() => field.Instance.Weigh("a cat", 3, 3, up: true));

        Assert.Equal(new PromptField.Selection("a (cat:1.1)", 3, 6), changed);
    }

    [Fact]
    public void Message_Set_IsOnTheField()
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, "").Add(part => part.Message, "Write something."));

        Assert.Equal("true", field.Find("textarea").GetAttribute("aria-invalid"));
        Assert.Equal("Write something.", field.Find("#prompt-message").TextContent);
    }
}
