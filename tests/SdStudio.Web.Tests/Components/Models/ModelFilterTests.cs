using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Models;

namespace SdStudio.Web.Tests.Components.Models;

public sealed class ModelFilterTests
{
    private static readonly ModelShelf s_loras = ModelShelf.Of(ModelKind.Lora);

    [Fact]
    public void Read_Address_IsTheSameFilter()
    {
        ModelFilter filter = new(s_loras, "night & day", "Stable Diffusion XL", FavouritesOnly: true, ModelOrder.LastUsed);

        Assert.Equal("/models?kind=loras&q=night%20%26%20day&family=Stable%20Diffusion%20XL&favourites=true&order=last-used", filter.Address);
        Assert.Equal(filter, ModelFilter.Read("loras", "night & day", "Stable Diffusion XL", true, "last-used"));
        Assert.Equal("/models", new ModelFilter(ModelShelf.All[0]).Address);
    }

    [Fact]
    public void Read_Nonsense_IsThePageAsItOpens() =>
        Assert.Equal(new ModelFilter(ModelShelf.All[0]), ModelFilter.Read("x", new string('a', 10_000), "", false, "best"));

    [Theory]
    [InlineData("harbour", "a")]
    [InlineData("SD glow", "a")]
    [InlineData("glowing", "a")]
    [InlineData("dusk", "b")]
    [InlineData("harbour dusk", "")]
    public void Apply_Words_AllMustStandSomewhere(string words, string expected)
    {
        ModelEntry[] entries =
        [
            Entry("a") with { File = File("a") with { Title = "Harbour lights", Details = new ModelDetails { BaseModel = "SD 1.5", TriggerWords = ["glowing"] } } },
            Entry("b") with { File = File("b") with { Profile = new ModelProfile { Notes = "best at dusk" } } },
        ];

        Assert.Equal(expected, string.Concat(new ModelFilter(s_loras, words).Apply(entries).Select(entry => entry.File.Name)));
    }

    [Fact]
    public void Apply_Orders_PutWhatCannotBeUsedLast()
    {
        ModelEntry[] entries =
        [
            Entry("broken", pictures: 9) with { File = File("broken") with { Problem = "The file ends early." } },
            Entry("few", pictures: 1, day: 3),
            Entry("many", pictures: 7, day: 1),
            Entry("never"),
        ];

        Assert.Equal(["few", "many", "never", "broken"], Names(ModelOrder.Title));
        Assert.Equal(["many", "few", "never", "broken"], Names(ModelOrder.MostUsed));
        Assert.Equal(["few", "many", "never", "broken"], Names(ModelOrder.LastUsed));

        IEnumerable<string> Names(ModelOrder order) => new ModelFilter(s_loras, Order: order).Apply(entries).Select(entry => entry.File.Name);
    }

    [Fact]
    public void Shelves_EveryKind_StandsOnOne() =>
        Assert.Equal(Enum.GetValues<ModelKind>().Order(), ModelShelf.All.SelectMany(shelf => shelf.Kinds).Order());

    private static ModelFile File(string name) => new() { Name = name, Title = name, Kind = ModelKind.Lora, Path = "/m/" + name };

    private static ModelEntry Entry(string name, int pictures = 0, int? day = null) => new(
        File(name), pictures, day is { } d ? new DateTimeOffset(2026, 11, d, 0, 0, 0, TimeSpan.Zero) : null, new MadeWith(ModelKind.Lora, [name]));
}
