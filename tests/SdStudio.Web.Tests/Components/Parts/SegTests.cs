using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class SegTests : PartsContext
{
    private static readonly SegOption<int>[] s_options = [new(1, "Basic"), new(2, "Advanced")];

    [Fact]
    public void Seg_Rendered_IsANamedGroupOfRadiosWithOneChosen()
    {
        var seg = Render<Seg<int>>(parameters => parameters.Add(p => p.Options, s_options).Add(p => p.Label, "Settings").Add(p => p.Value, 2));

        Assert.Equal("Settings", seg.Find("[role=radiogroup]").GetAttribute("aria-label"));
        Assert.Equal([false, true], seg.FindAll("input[type=radio]").Select(radio => radio.HasAttribute("checked")));
        Assert.Single(seg.FindAll("input").Select(radio => radio.GetAttribute("name")).Distinct());
    }

    [Fact]
    public void Seg_OtherOptionChosen_TellsItsValue()
    {
        int chosen = 1;
        var seg = Render<Seg<int>>(parameters => parameters.Add(p => p.Options, s_options).Add(p => p.Label, "Settings").Bind(p => p.Value, chosen, value => chosen = value));

        seg.FindAll("input")[1].Change("on");

        Assert.Equal(2, chosen);
    }
}
