using Bunit;
using Microsoft.AspNetCore.Components.Web;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class EmptyCanvasTests : BunitContext
{
    private static readonly ModelIntroduction s_introduction = new(null, "It draws boats.", ["a boat", "two boats"]);

    [Fact]
    public void Examples_ModelWithItsOwn_AreThose()
    {
        string? chosen = null;
        IRenderedComponent<EmptyCanvas> canvas = Render<EmptyCanvas>(parameters => parameters
            .Add(part => part.Introduction, s_introduction).Add(part => part.OnChoose, words => chosen = words));

        canvas.FindAll("button")[1].Click();

        Assert.Equal(2, canvas.FindAll("button").Count);
        Assert.Equal("two boats", chosen);
    }

    [Fact]
    public void Examples_PressedWithShift_AreAddedInstead()
    {
        (string? chosen, string? added) = (null, null);
        IRenderedComponent<EmptyCanvas> canvas = Render<EmptyCanvas>(parameters => parameters
            .Add(part => part.Introduction, s_introduction).Add(part => part.OnChoose, words => chosen = words).Add(part => part.OnAdd, words => added = words));

        canvas.FindAll("button")[0].Click(new MouseEventArgs { ShiftKey = true });

        Assert.Equal((null, "a boat"), (chosen, added));
    }

    [Fact]
    public void Examples_ModelWithoutIntroduction_AreThoseForEveryModel()
    {
        IRenderedComponent<EmptyCanvas> canvas = Render<EmptyCanvas>();

        Assert.True(canvas.FindAll("button").Count > 3);
        Assert.Empty(canvas.FindAll("[data-testid=introduction]"));
    }

    [Fact]
    public void Introduction_OnlyModel_ShowsTheWayToOthers()
    {
        IRenderedComponent<EmptyCanvas> canvas = Render<EmptyCanvas>(parameters => parameters
            .Add(part => part.Introduction, s_introduction).Add(part => part.IsOnlyModel, true));

        Assert.Equal("It draws boats. For anything else, add a model of your own.", canvas.Find("[data-testid=introduction]").TextContent.Trim());
        Assert.Equal("/models", canvas.Find("[data-testid=introduction] a").GetAttribute("href"));
    }

    [Fact]
    public void Introduction_OneOfSeveralModels_LeavesTheChoiceToTheForm()
    {
        IRenderedComponent<EmptyCanvas> canvas = Render<EmptyCanvas>(parameters => parameters.Add(part => part.Introduction, s_introduction));

        Assert.Equal("It draws boats.", canvas.Find("[data-testid=introduction]").TextContent.Trim());
    }
}
