using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class ChipTests : PartsContext
{
    [Fact]
    public void Chip_WithAddress_IsALink()
    {
        var chip = Render<Chip>(parameters => parameters.Add(p => p.Href, "/gallery").AddChildContent("Postcard"));

        Assert.Equal("/gallery", chip.Find("a.chip").GetAttribute("href"));
    }

    [Theory]
    [InlineData(true, "true", true)]
    [InlineData(false, "false", false)]
    [InlineData(null, null, false)]
    public void Chip_WithClick_IsAButtonThatSaysWhetherItIsPressed(bool? on, string? pressed, bool filled)
    {
        var chip = Render<Chip>(parameters => parameters.Add(p => p.OnClick, () => { }).Add(p => p.On, on).AddChildContent("Favourites"));

        Assert.Equal(pressed, chip.Find("button").GetAttribute("aria-pressed"));
        Assert.Equal(filled, chip.Find("button").ClassList.Contains("on"));
    }

    [Fact]
    public void Chip_CrossPressed_TellsAndHasAName()
    {
        bool removed = false;
        var chip = Render<Chip>(parameters => parameters.Add(p => p.OnRemove, () => removed = true).Add(p => p.RemoveName, "model: Postcard").AddChildContent("Postcard"));

        chip.Find("button[aria-label='Remove model: Postcard']").Click();

        Assert.True(removed);
    }
}
