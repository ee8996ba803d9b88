using Bunit;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RecipeFormTests : PartsContext
{
    private static readonly ModelFile s_xl = Model("xl", ModelKind.Checkpoint, "Stable Diffusion XL");
    private static readonly ModelFile s_refiner = Model("refiner", ModelKind.Checkpoint, "Stable Diffusion XL refiner") with { Problem = "It makes no pictures by itself." };
    private static readonly ModelFile s_small = Model("small", ModelKind.Checkpoint, "Stable Diffusion 1.x");
    private static readonly ModelFile s_vae = Model("clear", ModelKind.Vae, null);
    private static readonly ModelFile s_encoder = Model("clip_g", ModelKind.TextEncoder, null);
    private static readonly ModelFile s_t5 = Model("t5", ModelKind.TextEncoder, null) with { Problem = "This file holds no text encoder (CLIP)." };

    private readonly RecipeFormModel _form = new() { Model = "xl" };

    [Fact]
    public void Refiners_OfAModel_AreThoseThatCanGoOn() =>
        Assert.Equal(["", "refiner"], Show(s_xl, s_refiner, s_small).FindAll("[data-testid=refiner] option").Select(option => option.GetAttribute("value") ?? ""));

    [Theory]
    [InlineData("small", "small title is Stable Diffusion 1.x and cannot go on with pictures of xl title, which is Stable Diffusion XL.")]
    [InlineData("gone", "There is no model named gone here. Choose another refiner, or none.")]
    public void Refiner_ThatDoesNotFit_StaysChosenAndSaysWhy(string name, string reason)
    {
        _form.Refiner = new RefinerSelection(name);

        var form = Show(s_xl, s_refiner, s_small);

        Assert.Equal(name, form.Find("[data-testid=refiner]").GetAttribute("value"));
        Assert.Contains(reason, form.FindAll("[role=alert]").Select(alert => alert.TextContent));
    }

    [Fact]
    public void Parts_OfAModelWithTwoTextEncoders_AreChosenEachForItself()
    {
        var form = Show(s_xl, s_vae, s_encoder, s_t5);

        form.Find(Part(form, "VAE")).Change("clear");
        form.Find(Part(form, "Text encoder 2")).Change("clip_g");

        ImageRecipe recipe = _form.ToRecipe(1);
        Assert.Equal("clear", recipe.Vae);
        Assert.Equal(["", "clip_g"], recipe.TextEncoders.AsEnumerable());
        Assert.Equal(["", "clip_g"], form.FindAll(Part(form, "Text encoder 1") + " option").Select(option => option.GetAttribute("value") ?? ""));

        form.Find(Part(form, "VAE")).Change("");
        form.Find(Part(form, "Text encoder 2")).Change("");
        Assert.Null(_form.Vae);
        Assert.Empty(_form.TextEncoders);
    }

    [Fact]
    public void TextEncoders_OfAModelThatTellsWhichItReads_AreOfferedWhereTheyFit()
    {
        ModelFile large = s_xl with { TextWidths = new TextWidths(768, 1280) };
        ModelFile[] files = [large, .. new[] { ("l", 768L), ("h", 1024), ("g", 1280) }.Select(row => s_encoder with { Name = row.Item1, Title = row.Item1, Path = "/m/" + row.Item1, TextWidths = new TextWidths(row.Item2) }), s_t5];
        _form.TextEncoders = ["g"];

        var form = Show(files);

        Assert.Equal(["", "l", "g"], OptionsOf(form, "Text encoder 1 · CLIP ViT-L"));
        Assert.Equal(["", "g"], OptionsOf(form, "Text encoder 2 · OpenCLIP ViT-bigG"));
        Assert.Contains("g is OpenCLIP ViT-bigG; xl title reads prompts here with CLIP ViT-L.", form.FindAll("[role=alert]").Select(alert => alert.TextContent));
    }

    [Fact]
    public void Model_ThatLacksItsVae_CanBeChosenAndIsWholeWithOne()
    {
        ModelFile half = s_xl with { Missing = MissingParts.Vae };
        RecipeLimits limits = new(Options.Create(new GenerationOptions()));
        _form.Prompt = "a lighthouse";

        var form = Show(half, s_vae);

        Assert.False(form.Find("[data-testid=model] option[value=xl]").HasAttribute("disabled"));
        Assert.Equal("xl title comes without a VAE. Choose one in the advanced settings.", form.Find("[data-testid=remark]").TextContent);
        Assert.NotNull(_form.Validate(half, limits)[nameof(RecipeFormModel.Model)]);

        form.Find(Part(form, "VAE")).Change("clear");

        // The page draws the form anew at every change.
        form.Render();
        Assert.Empty(form.FindAll("[data-testid=remark]"));
        Assert.Null(_form.Validate(half, limits)[nameof(RecipeFormModel.Model)]);
    }

    [Fact]
    public void Parts_WhereNoneLieInFilesOfTheirOwn_AreNotAskedFor() =>
        Assert.DoesNotContain("VAE", Show(s_xl).FindAll("label.k").Select(label => label.TextContent));

    [Fact]
    public void Part_ThatIsNotHere_StaysChosenAndSaysSo()
    {
        _form.Vae = "gone";

        var form = Show(s_xl, s_vae);

        Assert.Equal("gone", form.Find(Part(form, "VAE")).GetAttribute("value"));
        Assert.Contains("There is no VAE named gone here.", form.FindAll("[role=alert]").Select(alert => alert.TextContent));
    }

    private static string Part(IRenderedComponent<RecipeForm> form, string label) =>
        "#" + form.FindAll("label.k").Single(part => part.TextContent == label).GetAttribute("for");

    private static IEnumerable<string> OptionsOf(IRenderedComponent<RecipeForm> form, string label) =>
        form.FindAll(Part(form, label) + " option").Select(option => option.GetAttribute("value") ?? "");

    private static ModelFile Model(string name, ModelKind kind, string? family) => new() { Name = name, Title = name + " title", Kind = kind, Path = "/m/" + name, Family = family };

    private IRenderedComponent<RecipeForm> Show(params ModelFile[] models) => Render<RecipeForm>(parameters => parameters
        .Add(part => part.Form, _form).Add(part => part.Models, models).Add(part => part.Limits, new RecipeLimits(Options.Create(new GenerationOptions()))).Add(part => part.Advanced, true));
}
