using Bunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class LoraPickerTests : PartsContext
{
    private static readonly ModelFile s_checkpoint = new() { Name = "m", Title = "Harbour", Kind = ModelKind.Checkpoint, Path = "/m", Family = "Stable Diffusion 1.x" };

    private static readonly ModelFile[] s_models =
    [
        s_checkpoint,
        Lora("glass", "Stable Diffusion 1.x") with { Details = new ModelDetails { PreferredWeight = 0.6f, TriggerWords = ["stained glass", "lead lines"] } },
        Lora("big", "Stable Diffusion XL"),
        Lora("loved", "Stable Diffusion 1.x") with { Profile = new ModelProfile { IsFavourite = true, Settings = new RecipeSuggestion { LoraWeight = 0.4f } } },
        Lora("odd", null),
        Lora("broken", "Stable Diffusion 1.x") with { Problem = "The file ends early." },
    ];

    private readonly RecipeFormModel _form = new();

    [Fact]
    public void List_Loras_AreThoseThatFitFavouritesFirst() =>
        Assert.Equal(["", "loved", "glass", "odd", "broken"], Show().FindAll("[data-testid=add-lora] option").Select(option => option.GetAttribute("value")));

    [Theory]
    [InlineData("glass", 0.6f)]
    [InlineData("loved", 0.4f)]
    [InlineData("odd", 0.8f)]
    public void List_Chosen_IsAddedWithTheWeightThatSuitsIt(string name, float weight)
    {
        var picker = Show();

        picker.Find("[data-testid=add-lora]").Change(name);

        Assert.Equal(new LoraSelection(name, weight), Assert.Single(_form.Loras));
        Assert.Equal("", _form.Prompt);
    }

    [Fact]
    public void Tag_TypedIntoThePrompt_IsAChip()
    {
        _form.Prompt = "a cat <lora:glass:0.5:0.9>";

        var picker = Show();

        Assert.Equal("glass title 0.9, words 0.5", Text(picker.Find(".lora .name")));
        Assert.DoesNotContain("glass", picker.FindAll("[data-testid=add-lora] option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void Slider_OfATag_ChangesThePrompt()
    {
        _form.Prompt = "a cat <lora:glass:0.5>, red";
        var picker = Show();
        picker.Find(".lora .name").Click();

        picker.Find("input[type=range][aria-label=Weight]").Input("0.75");

        Assert.Equal("a cat <lora:glass:0.75>, red", _form.Prompt);
        Assert.Empty(_form.Loras);
    }

    [Fact]
    public void Switch_ForTheWords_GivesThemAWeightOfTheirOwnAndTakesItBack()
    {
        _form.Prompt = "a cat <lora:glass:0.5>";
        var picker = Show();
        picker.Find(".lora .name").Click();

        picker.Find("input[role=switch]").Change(true);
        Assert.Equal("a cat <lora:glass:0.5>", _form.Prompt);
        picker.Find("input[type=range][aria-label='Weight on the words']").Input("0.25");
        Assert.Equal("a cat <lora:glass:0.25:0.5>", _form.Prompt);
        picker.Find("input[type=range][aria-label=Weight]").Input("1");
        Assert.Equal("a cat <lora:glass:0.25:1>", _form.Prompt);
        picker.Find("input[role=switch]").Change(false);

        Assert.Equal("a cat <lora:glass:1>", _form.Prompt);
    }

    [Fact]
    public void Slider_OfAnAddedLora_ChangesTheListAndNotThePrompt()
    {
        (_form.Prompt, _) = ("a cat", 0);
        _form.Loras.Add(new LoraSelection("glass", 0.8f) { TextEncoderWeight = 0.3f });
        var picker = Show();
        picker.Find(".lora .name").Click();

        picker.Find("input[type=range][aria-label=Weight]").Input("1.2");

        Assert.Equal(new LoraSelection("glass", 1.2f) { TextEncoderWeight = 0.3f }, Assert.Single(_form.Loras));
        Assert.Equal("a cat", _form.Prompt);
    }

    [Fact]
    public void Remove_LoraInPromptAndList_IsGoneFromBoth()
    {
        _form.Prompt = "a cat <lora:glass:0.5>, red";
        _form.Loras.Add(new LoraSelection("glass", 1));
        var picker = Show();

        picker.Find("[aria-label='Remove glass title']").Click();

        Assert.Equal("a cat , red", _form.Prompt);
        Assert.Empty(_form.AllLoras);
    }

    [Fact]
    public void TriggerWord_Pressed_JoinsThePrompt()
    {
        _form.Prompt = "a cat <lora:glass:0.5>";
        var picker = Show();
        picker.Find(".lora .name").Click();

        picker.FindAll(".words button")[1].Click();

        Assert.Equal("a cat <lora:glass:0.5>, lead lines", _form.Prompt);
    }

    [Theory]
    [InlineData("big", "Made for Stable Diffusion XL, but Harbour is Stable Diffusion 1.x.")]
    [InlineData("broken", "The file ends early.")]
    [InlineData("gone", "There is no LoRA named gone here.")]
    public void Chip_ThatCannotBeUsed_StaysAndSaysWhy(string name, string reason)
    {
        _form.Loras.Add(new LoraSelection(name, 1));

        Assert.Equal(reason, Show().Find(".lora[data-invalid]").GetAttribute("title"));
    }

    [Fact]
    public void Recipe_FromTheForm_ComesBackTheSameWay()
    {
        _form.Prompt = "a cat <lora:glass:0.5:0.9>";
        _form.Loras.Add(new LoraSelection("loved", -0.25f));

        ImageRecipe recipe = _form.ToRecipe(1);
        RecipeFormModel again = new();
        again.Take(recipe, keepSeed: true);
        RecipeFormModel fromAddress = new();
        RecipeQuery.Read(RecipeQuery.Format(_form), fromAddress);

        Assert.Equal("a cat", recipe.Prompt);
        Assert.Equal(recipe, again.ToRecipe(1));
        Assert.Equal(recipe, fromAddress.ToRecipe(1));
    }

    private static string Text(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static ModelFile Lora(string name, string? family) => new() { Name = name, Title = name + " title", Kind = ModelKind.Lora, Path = "/l/" + name, Family = family };

    private IRenderedComponent<LoraPicker> Show()
    {
        IRenderedComponent<LoraPicker>? picker = null;
        picker = Render<LoraPicker>(parameters => parameters
            .Add(part => part.Models, s_models).Add(part => part.Model, s_checkpoint).Add(part => part.Form, _form)
            .Add(part => part.OnChanged, () => picker!.Render()));
        return picker;
    }
}
