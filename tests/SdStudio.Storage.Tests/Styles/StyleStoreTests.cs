using SdStudio.Storage.Gallery;
using SdStudio.Storage.Styles;

namespace SdStudio.Storage.Tests.Styles;

public sealed class StyleStoreTests : IDisposable
{
    private static readonly PromptStyle s_oil = new(0, "Oil", "oil painting of {prompt}", "photo");

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    private string FilePath => Path.Combine(_folder, "styles.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Set_NewStyle_IsThereAfterARestart()
    {
        Assert.Null(await Open().SetAsync(s_oil));

        Assert.Equal(s_oil with { Id = 1 }, Assert.Single(Open().All));
        Assert.NotNull(Open().Find("oil"));
    }

    [Fact]
    public async Task Set_NameThatIsTaken_SaysSo()
    {
        StyleStore store = Open();
        await store.SetAsync(s_oil);

        Assert.NotNull(await store.SetAsync(s_oil with { Name = "OIL" }));
        Assert.Null(await store.SetAsync(s_oil with { Id = 1, Name = "OIL" }));
        Assert.Equal("OIL", Assert.Single(store.All).Name);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("a\nb", "x")]
    [InlineData("a", "")]
    public async Task Set_BrokenStyle_IsRefused(string name, string prompt) =>
        Assert.NotNull(await Open().SetAsync(new PromptStyle(0, name, prompt, "")));

    [Fact]
    public async Task Delete_AndSet_BringsItBackWithItsPicture()
    {
        StyleStore store = Open();
        await store.SetAsync(s_oil);
        await store.ShowAsync("Oil", 7);

        PromptStyle deleted = (await store.DeleteAsync(1))!;
        Assert.Empty(store.All);
        Assert.Null(await store.SetAsync(deleted));

        Assert.Equal(7, Assert.Single(Open().All).PictureId);
        Assert.Null(await store.DeleteAsync(99));
    }

    [Fact]
    public async Task Import_NamesThatAreHere_AreKeptUnlessTheyAreReplaced()
    {
        StyleStore store = Open();
        await store.SetAsync(s_oil);
        PromptStyle[] file = [s_oil with { Name = "oil", Prompt = "other" }, s_oil with { Name = "Film" }];

        Assert.Equal((1, 0, null), await store.ImportAsync(file, replaces: false));
        Assert.Equal(s_oil.Prompt, store.Find("Oil")!.Prompt);
        Assert.Equal((0, 1, null), await store.ImportAsync(file, replaces: true));
        Assert.Equal("other", store.Find("Oil")!.Prompt);
        Assert.Equal(2, Open().All.Count);
    }

    [Fact]
    public async Task All_AfterAKillBetweenWriteAndMove_AreTheOldOnes()
    {
        await Open().SetAsync(s_oil);
        await File.WriteAllTextAsync(FilePath + ".tmp", "{ \"version\": 1, \"sty");

        StyleStore store = Open();
        Assert.Single(store.All);
        Assert.Null(await store.SetAsync(s_oil with { Name = "Film" }));
        Assert.Equal(2, Open().All.Count);
    }

    [Theory]
    [InlineData("{ nonsense")]
    [InlineData("null")]
    [InlineData("{\"version\":1,\"styles\":[null]}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"styles\":[{\"id\":1,\"name\":null,\"prompt\":\"\",\"negativePrompt\":\"\"}]}")]
    public async Task All_UnreadableFile_IsPutAsideAndNotWrittenOver(string text)
    {
        await File.WriteAllTextAsync(FilePath, text);

        StyleStore store = Open();
        Assert.Empty(store.All);
        await store.SetAsync(s_oil);

        Assert.Equal(text, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder, "*.unreadable"))));
    }

    private StyleStore Open() => new(new GalleryPaths(_folder));
}
