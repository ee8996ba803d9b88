using Bunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class DraftTests : PartsContext
{
    private static readonly ModelFile s_model = new()
    {
        Name = "boats",
        Title = "Boats",
        Kind = ModelKind.Checkpoint,
        Path = Path.GetFullPath("/models/boats"),
        NativeSize = 256,
        Introduction = new ModelIntroduction(null, null, []) { Draft = new DraftSuggestion("quick", 0.9f, 5, 1, "ddim", "normal") },
    };

    private static readonly ModelFile s_lora = new()
    {
        Name = "loras/quick",
        Title = "Quick",
        Kind = ModelKind.Lora,
        Path = Path.Combine(s_model.Path, "loras", "quick.safetensors"),
    };

    private static readonly Draft s_draft = Draft.For(s_model, [s_lora])!;

    [Fact]
    public void For_LoraElsewhereOrBroken_IsNone()
    {
        Assert.Null(Draft.For(s_model, []));
        Assert.Null(Draft.For(s_model, [s_lora with { Path = Path.GetFullPath("/models/loras/quick.safetensors") }]));
        Assert.Null(Draft.For(s_model, [s_lora with { Problem = "It ends early." }]));
        Assert.Null(Draft.For(s_model with { Introduction = null }, [s_lora]));
        Assert.Null(Draft.For(null, [s_lora]));
    }

    [Fact]
    public void Switch_OnAndOff_GivesEverythingBack()
    {
        RecipeFormModel form = new() { Steps = 33, GuidanceScale = 6.5f, Sampler = "heun", Schedule = "simple" };
        form.Loras.Add(new LoraSelection("glass", 0.5f));
        IRenderedComponent<DraftSwitch> part = Render<DraftSwitch>(parameters => parameters.Add(p => p.Draft, s_draft).Add(p => p.Form, form));

        part.Find("input").Change(true);

        Assert.Equal(new StepSettings(5, 1, "ddim", "normal"), StepSettings.Of(form));
        Assert.Equal([new LoraSelection("glass", 0.5f), new LoraSelection("loras/quick", 0.9f)], form.Loras);
        Assert.Contains("5 steps", part.Markup, StringComparison.Ordinal);

        part.Find("input").Change(false);

        Assert.Equal(new StepSettings(33, 6.5f, "heun", "simple"), StepSettings.Of(form));
        Assert.Equal([new LoraSelection("glass", 0.5f)], form.Loras);
    }

    [Fact]
    public void TurnOff_AfterAChange_KeepsTheChange()
    {
        RecipeFormModel form = new() { Steps = 33, GuidanceScale = 6.5f };
        s_draft.TurnOn(form);
        form.Steps = 8;

        s_draft.TurnOff(form);

        Assert.Equal((8, 6.5f), (form.Steps, form.GuidanceScale));
    }

    [Fact]
    public void TurnOff_RecipeThatCameAsADraft_TakesTheModelsUsualSettings()
    {
        RecipeFormModel form = new();
        form.Take(Recipe(), keepSeed: true);
        Assert.True(s_draft.IsOn(form));

        s_draft.TurnOff(form);

        Assert.Equal(new StepSettings(20, 5, "dpmpp_2m", "karras"), StepSettings.Of(form));
        Assert.Empty(form.Loras);
    }

    [Fact]
    public void TurnOn_Twice_ChangesNothingMore()
    {
        RecipeFormModel form = new() { Steps = 33 };
        s_draft.TurnOn(form);
        s_draft.TurnOn(form);
        s_draft.TurnOff(form);

        Assert.Equal(33, form.Steps);
        Assert.Empty(form.Loras);
    }

    [Fact]
    public void Form_WithDraft_ShowsTheSwitchAndNotTheLora()
    {
        RecipeFormModel form = new() { Model = "boats" };
        form.Take(Recipe(), keepSeed: false);

        IRenderedComponent<RecipeForm> part = Render<RecipeForm>(parameters => parameters
            .Add(p => p.Form, form).Add(p => p.Models, [s_model, s_lora]).Add(p => p.Limits, Limits));

        Assert.True(part.Find("[data-testid=draft] input").HasAttribute("checked"));
        Assert.Equal("switch", part.Find("[data-testid=draft] input").GetAttribute("role"));
        Assert.DoesNotContain("Quick", part.Find("[data-testid=loras]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Form_AnotherModelChosenWhileDraftIsOn_LeavesNothingOfIt()
    {
        ModelFile other = s_model with { Name = "cars", Title = "Cars", Path = Path.GetFullPath("/models/cars"), Introduction = null };
        RecipeFormModel form = new() { Model = "boats" };
        RecipeDefaults.For(s_model).ApplyTo(form, "boats");
        s_draft.TurnOn(form);
        IRenderedComponent<RecipeForm> part = Render<RecipeForm>(parameters => parameters
            .Add(p => p.Form, form).Add(p => p.Models, [s_model, other, s_lora]).Add(p => p.Limits, Limits));

        part.Find("[data-testid=model]").Change("cars");

        Assert.Equal("cars", form.Model);
        Assert.Equal(new StepSettings(20, 5, "dpmpp_2m", "karras"), StepSettings.Of(form));
        Assert.Empty(form.Loras);
        Assert.Empty(part.FindAll("[data-testid=draft]"));
    }

    private static SdStudio.Web.Generation.RecipeLimits Limits => new(Microsoft.Extensions.Options.Options.Create(new SdStudio.Web.Configuration.GenerationOptions()));

    private static ImageRecipe Recipe() => new()
    {
        Prompt = "a boat",
        Checkpoint = "boats",
        Width = 256,
        Height = 256,
        Seed = 1,
        Steps = 5,
        GuidanceScale = 1,
        Sampler = "ddim",
        Schedule = "normal",
        Loras = [new LoraSelection("loras/quick", 0.9f)],
    };
}
