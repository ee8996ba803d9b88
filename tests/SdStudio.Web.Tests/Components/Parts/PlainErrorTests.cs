using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class PlainErrorTests : PartsContext
{
    [Fact]
    public void PlainError_WithDetails_IsAnAlertWithTheDetailsFolded()
    {
        var error = Render<PlainError>(parameters => parameters
            .Add(p => p.Title, "The graphics card ran out of memory")
            .Add(p => p.Text, "Nothing was lost.")
            .Add(p => p.Details, "<b>0x8007000E</b>"));

        Assert.Equal("alert", error.Find("[data-testid=plain-error]").GetAttribute("role"));
        Assert.False(error.Find("details").HasAttribute("open"));
        Assert.Equal("<b>0x8007000E</b>", error.Find("pre").TextContent);
    }

    [Fact]
    public void EmptyState_WithGhosts_HidesThemFromScreenReaders()
    {
        var empty = Render<EmptyState>(parameters => parameters
            .Add(p => p.Title, "Nothing here yet").Add(p => p.Ghosts, [64, 96]).AddChildContent("<button>Make the first picture</button>"));

        Assert.Equal(2, empty.FindAll(".ghosts[aria-hidden=true] i").Count);
        Assert.Equal("Make the first picture", empty.Find("button").TextContent);
    }
}
