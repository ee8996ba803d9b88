using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void Parse_NothingWritten_FindsEverything(string? text)
    {
        Assert.Equal(new GalleryQuery(), SearchText.Parse(text).ToQuery("me", []));
    }

    [Fact]
    public void Parse_WordsAndConditions_AreToldApart()
    {
        GalleryQuery query = SearchText.Parse("red lighthouse model:postcard is:favourite storm lora:blueprint").ToQuery("me", []);

        Assert.Equal(new GalleryQuery("red lighthouse storm", "postcard", "blueprint", FavouritesOnly: true), query);
    }

    [Fact]
    public void Parse_QuotedValue_KeepsItsSpaces()
    {
        Assert.Equal("stained glass", SearchText.Parse("lora:\"stained glass\" cat").Lora);
    }

    [Fact]
    public void Parse_ByMe_LooksForTheOwnBrowser()
    {
        Assert.Equal("abc", SearchText.Parse("by:me").ToQuery("abc", []).Owner);
    }

    [Theory]
    [InlineData("seed:5")]
    [InlineData("model:")]
    [InlineData(":sunset")]
    [InlineData("is:blurry")]
    [InlineData("a\"b")]
    public void Parse_WhatIsNoCondition_IsAWord(string text)
    {
        var search = SearchText.Parse(text);

        Assert.Empty(search.Terms);
        Assert.Equal(text, search.Words);
    }

    [Theory]
    [InlineData("IS:Favourite")]
    [InlineData("is:favorite")]
    [InlineData("is:favorites")]
    public void Parse_Spellings_MeanTheSame(string text)
    {
        Assert.True(SearchText.Parse(text).FavouritesOnly);
    }

    [Theory]
    [InlineData("model:postcard is:favourite lighthouse at night")]
    [InlineData("lora:\"stained glass\" cat")]
    [InlineData("a \"red cat\" by:me")]
    public void ToString_ParsedAgain_IsTheSameSearch(string text)
    {
        var search = SearchText.Parse(text);

        Assert.Equal(search, SearchText.Parse(search.ToString()));
    }

    [Fact]
    public void With_SecondModel_TakesTheFirstOnesPlace()
    {
        SearchText search = SearchText.Parse("model:one is:favourite").With(new SearchTerm("model", "two"));

        Assert.Equal("two", search.Checkpoint);
        Assert.Equal(2, search.Terms.Length);
    }

    [Fact]
    public void Toggle_Twice_IsBackWhereItWas()
    {
        var search = SearchText.Parse("cat model:one");

        Assert.Equal(search, search.Toggle(GalleryFacets.FavouriteTerm).Toggle(GalleryFacets.FavouriteTerm));
    }

    [Fact]
    public void Parse_EndlessText_IsCutShort()
    {
        Assert.Equal(500, SearchText.Parse(new string('a', 100_000)).Words.Length);
    }

    [Fact]
    public void Gallery_Address_CarriesTheSearch()
    {
        string address = GalleryAddress.Gallery(SearchText.Parse("cats & dogs lora:\"a b\""));

        string query = System.Web.HttpUtility.ParseQueryString(new Uri(new Uri("http://home"), address).Query)["q"]!;
        Assert.Equal("lora:\"a b\" cats & dogs", query);
    }

    [Fact]
    public void ToQuery_ModelsThatWereRenamed_AreLookedForUnderAllTheirNames()
    {
        ModelFile[] models =
        [
            new() { Name = "harbour", Title = "Harbour", Kind = ModelKind.Checkpoint, Path = "/h", Profile = new ModelProfile { Names = ["harbor", "harbour", "taken"] } },
            new() { Name = "taken", Title = "Taken", Kind = ModelKind.Checkpoint, Path = "/t" },
            new() { Name = "glass", Title = "Glass", Kind = ModelKind.Lora, Path = "/g", Profile = new ModelProfile { Names = ["glass", "glaze"] } },
        ];

        GalleryQuery query = SearchText.Parse("model:harbour lora:glass").ToQuery("me", models);

        Assert.Equal(new GalleryQuery { MadeWith = new MadeWith(ModelKind.Checkpoint, ["harbour", "harbor"]), AndWith = new MadeWith(ModelKind.Lora, ["glass", "glaze"]) }, query);
        Assert.Equal(new GalleryQuery(Checkpoint: "taken"), SearchText.Parse("model:taken").ToQuery("me", models));
    }
}
