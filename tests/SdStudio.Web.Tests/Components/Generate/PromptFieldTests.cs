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
    public void Names_GoToTheBrowserOnceAndNotAtEveryLetter()
    {
        var names = new PromptNames([new PromptLora("film", "Film", 0.8f)], ["easy"], ["colours"], ["Oil"]);
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, "").Add(part => part.Names, names));

        field.Find("[data-testid=prompt]").Input("a");
        field.Find("[data-testid=prompt]").Input("a cat");
        Assert.Same(names, Assert.Single(Sent()));

        field.Render(parameters => parameters.Add(part => part.Names, names with { Wildcards = [] }));
        Assert.Equal(2, Sent().Count());
    }

    [Fact]
    public void Words_ChangedBesideTheField_AreToldToTheScript()
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, ""));
        int before = JSInterop.Invocations["refresh"].Count;
        field.Find("[data-testid=prompt]").Input("a cat");
        Assert.Equal(before, JSInterop.Invocations["refresh"].Count);

        field.Render(parameters => parameters.Add(part => part.Value, "a cat, sunset"));

        Assert.Equal(before + 1, JSInterop.Invocations["refresh"].Count);
    }

    [Fact]
    public async Task Suggestion_Style_ReachesThePageWhenThereIsOne()
    {
        List<string> heard = [];
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters
            .Add(part => part.Value, "").Add(part => part.Names, PromptNames.None with { Styles = ["Oil"] }).Add(part => part.OnStyle, heard.Add));

        await field.InvokeAsync(() => field.Instance.AddStyle("Oil"));
        await field.InvokeAsync(() => field.Instance.AddStyle("Gone"));

        Assert.Equal(["Oil"], heard);
    }

    [Fact]
    public void Field_HasAListOfSuggestionsForScreenReaders()
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, ""));

        Assert.Equal("list", field.Find("textarea").GetAttribute("aria-autocomplete"));
        Assert.Equal("listbox", field.Find($"#{field.Find("textarea").GetAttribute("aria-controls")}").GetAttribute("role"));
    }

    [Fact]
    public void Message_Set_IsOnTheField()
    {
        IRenderedComponent<PromptField> field = Render<PromptField>(parameters => parameters.Add(part => part.Value, "").Add(part => part.Message, "Write something."));

        Assert.Equal("true", field.Find("textarea").GetAttribute("aria-invalid"));
        Assert.Equal("Write something.", field.Find("#prompt-message").TextContent);
    }

    private IEnumerable<object?> Sent() => JSInterop.Invocations["name"].Select(call => call.Arguments[0]);
}
