using Bunit;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class ModelSelectTests : BunitContext
{
    private static readonly ModelFile s_postcard = new() { Name = "postcard", Title = "Postcard", Kind = ModelKind.Checkpoint, Path = "/m/postcard", Family = "Stable Diffusion 1.5" };
    private static readonly ModelFile s_broken = new() { Name = "broken", Title = "Broken", Kind = ModelKind.Checkpoint, Path = "/m/broken", Problem = "The file ends early." };

    [Fact]
    public void List_ModelWithAProblem_CannotBeChosenAndSaysWhy()
    {
        IRenderedComponent<ModelSelect> select = Show(s_postcard);

        Assert.True(select.Find("option[value=broken]").HasAttribute("disabled"));
        Assert.Contains("The file ends early.", select.Find("option[value=broken]").TextContent, StringComparison.Ordinal);
        Assert.False(select.Find("option[value=postcard]").HasAttribute("disabled"));
    }

    [Fact]
    public void List_Chosen_TellsTheForm()
    {
        ModelFile? chosen = null;
        IRenderedComponent<ModelSelect> select = Render<ModelSelect>(parameters => parameters
            .Add(part => part.Models, [s_postcard, s_broken]).Add(part => part.Selected, null).Add(part => part.OnChoose, model => chosen = model));

        select.Find("select").Change("postcard");

        Assert.Equal(s_postcard, chosen);
    }

    [Fact]
    public void Card_NoModels_SaysWhatToDo()
    {
        IRenderedComponent<ModelSelect> select = Render<ModelSelect>(parameters => parameters.Add(part => part.Models, []).Add(part => part.Selected, null));

        Assert.Contains("models folder", select.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Stable Diffusion 1.5 · loaded")]
    [InlineData(false, "Stable Diffusion 1.5")]
    public void Card_Model_SaysWhetherItIsLoaded(bool isLoaded, string expected)
    {
        IRenderedComponent<ModelSelect> select = Render<ModelSelect>(parameters => parameters
            .Add(part => part.Models, [s_postcard]).Add(part => part.Selected, s_postcard).Add(part => part.IsLoaded, isLoaded));

        Assert.Equal(expected, select.Find(".small").TextContent);
    }

    private IRenderedComponent<ModelSelect> Show(ModelFile selected) => Render<ModelSelect>(parameters => parameters
        .Add(part => part.Models, [s_postcard, s_broken]).Add(part => part.Selected, selected));
}
