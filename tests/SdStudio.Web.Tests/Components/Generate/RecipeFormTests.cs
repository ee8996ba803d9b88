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

    private static ModelFile Model(string name, ModelKind kind, string? family) => new() { Name = name, Title = name + " title", Kind = kind, Path = "/m/" + name, Family = family };

    private IRenderedComponent<RecipeForm> Show(params ModelFile[] models) => Render<RecipeForm>(parameters => parameters
        .Add(part => part.Form, _form).Add(part => part.Models, models).Add(part => part.Limits, new RecipeLimits(Options.Create(new GenerationOptions()))).Add(part => part.Advanced, true));
}
