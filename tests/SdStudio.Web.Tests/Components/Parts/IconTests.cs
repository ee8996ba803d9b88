using System.Xml.Linq;
using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class IconTests : PartsContext
{
    public static TheoryData<Glyph> AllGlyphs => [.. Enum.GetValues<Glyph>()];

    [Theory]
    [MemberData(nameof(AllGlyphs))]
    public void GlyphPaths_EveryGlyph_IsWellFormedAndStaysOnItsGrid(Glyph glyph)
    {
        var svg = XElement.Parse($"<svg>{GlyphPaths.Of(glyph)}</svg>");

        Assert.NotEmpty(svg.Elements());
        Assert.All(svg.Elements(), shape => Assert.Contains(shape.Name.LocalName, new[] { "path", "circle", "rect" }));
    }

    [Fact]
    public void Icon_AnyGlyph_IsSilentForScreenReaders()
    {
        var icon = Render<Icon>(parameters => parameters.Add(p => p.Glyph, Glyph.Close).Add(p => p.Size, 21));

        Assert.Equal("true", icon.Find("svg").GetAttribute("aria-hidden"));
        Assert.Equal("width:21px;height:21px", icon.Find("svg").GetAttribute("style"));
        Assert.NotEmpty(icon.FindAll("path"));
    }
}
