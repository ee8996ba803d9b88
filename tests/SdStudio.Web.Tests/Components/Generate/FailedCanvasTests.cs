using AngleSharp.Dom;
using Bunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class FailedCanvasTests : PartsContext
{
    private static readonly ModelFile s_model =
        new() { Name = "harbour", Title = "Harbour", Kind = ModelKind.Checkpoint, Path = "/models/harbour", NativeSize = 512, SizeStep = 8 };

    private ImageRecipe? _tried;

    [Theory]
    [InlineData(1024, 1024, 512, 512)]
    [InlineData(512, 512, 384, 384)]
    public void OutOfMemory_OffersASmallerPictureFirst(int width, int height, int smallerWidth, int smallerHeight)
    {
        IRenderedComponent<FailedCanvas> canvas = Show(FailureReason.OutOfMemory, new ImageRecipe { Prompt = "a cat", Checkpoint = "harbour", Seed = 1, Width = width, Height = height });

        canvas.Find("[data-testid=smaller]").Click();

        Assert.Equal((smallerWidth, smallerHeight), (_tried!.Width, _tried.Height));
        Assert.Equal("smaller", canvas.Find(".btn").GetAttribute("data-testid"));
    }

    [Theory]
    [InlineData(FailureReason.MissingTokenizer)]
    [InlineData(FailureReason.UnusableModel)]
    public void ModelThatCannotBeUsed_LeadsToTheModels(FailureReason reason)
    {
        IRenderedComponent<FailedCanvas> canvas = Show(reason, new ImageRecipe { Prompt = "a cat", Checkpoint = "harbour", Seed = 1, Width = 1024, Height = 1024 });

        IElement first = canvas.Find(".btn");
        Assert.Equal("/models", first.GetAttribute("href"));
        Assert.Empty(canvas.FindAll("[data-testid=smaller]"));
        Assert.Contains("ghost", canvas.Find("[data-testid=try-again]").ClassList);
    }

    [Fact]
    public void LoraThatDoesNotFit_IsLeftOutFirst()
    {
        IRenderedComponent<FailedCanvas> canvas = Show(
            FailureReason.UnusableLora, new ImageRecipe { Prompt = "a cat", Checkpoint = "harbour", Seed = 1, Width = 512, Height = 512, Loras = [new LoraSelection("glass", 1)] });

        canvas.Find(".btn").Click();

        Assert.Empty(_tried!.Loras);
    }

    [Fact]
    public void AnyOtherFailure_IsTriedAgainAsItWas()
    {
        ImageRecipe recipe = new() { Prompt = "a cat", Checkpoint = "harbour", Seed = 1, Width = 512, Height = 512 };
        IRenderedComponent<FailedCanvas> canvas = Show(FailureReason.Other, recipe);

        canvas.Find(".btn").Click();

        Assert.Equal(recipe, _tried);
    }

    private IRenderedComponent<FailedCanvas> Show(FailureReason reason, ImageRecipe recipe) => Render<FailedCanvas>(parameters => parameters
        .Add(canvas => canvas.Recipe, recipe)
        .Add(canvas => canvas.Failure, new JobOutcome.Failed("It did not work.", reason))
        .Add(canvas => canvas.Model, s_model)
        .Add(canvas => canvas.OnTry, tried => _tried = tried));
}
