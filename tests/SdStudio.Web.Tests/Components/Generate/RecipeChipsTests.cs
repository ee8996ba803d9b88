using Bunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RecipeChipsTests : BunitContext
{
    [Fact]
    public void ModelAndLora_LeadToTheirPicturesInTheGallery()
    {
        IRenderedComponent<RecipeChips> chips = Render<RecipeChips>(parameters => parameters.Add(part => part.Image, new GalleryImage
        {
            Id = 7,
            Width = 128,
            Height = 128,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromSeconds(1),
            Owner = "me",
            Recipe = new ImageRecipe { Prompt = "a cat", Checkpoint = "postcard", Width = 128, Height = 128, Seed = 1, Loras = [new LoraSelection("stained glass", 0.5f)] },
        }));

        Assert.Equal("/gallery?q=model%3Apostcard", chips.FindAll("a")[0].GetAttribute("href"));
        Assert.Equal("/gallery?q=lora%3A%22stained%20glass%22", chips.FindAll("a")[1].GetAttribute("href"));
        Assert.Equal("/picture/7", chips.FindAll("a")[2].GetAttribute("href"));
    }
}
