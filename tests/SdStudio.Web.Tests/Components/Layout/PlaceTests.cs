using SdStudio.Web.Components.Layout;

namespace SdStudio.Web.Tests.Components.Layout;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("/", "Create", "page")]
    [InlineData("/gallery", "Gallery", "page")]
    [InlineData("/picture/12", "Gallery", "true")]
    [InlineData("/trash", "Gallery", "true")]
    [InlineData("/models", "Models", "page")]
    public void Current_Address_MarksOnePlace(string path, string name, string current)
    {
        Place place = Assert.Single(Places.All, place => place.Current(path) is not null);

        Assert.Equal((name, current), (place.Name, place.Current(path)));
    }

    [Theory]
    [InlineData("/about")]
    [InlineData("/galleryish")]
    [InlineData("/modelsx")]
    public void Current_OtherAddress_MarksNone(string path) => Assert.DoesNotContain(Places.All, place => place.Current(path) is not null);

    [Theory]
    [InlineData("dark", "dark")]
    [InlineData("system-light", "light")]
    [InlineData("light\"><script>", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void ThemeCookie_FromOutside_IsOneOfTwoWordsOrNothing(string? cookie, string? expected) => Assert.Equal(expected, ThemeCookie.Shown(cookie));
}
