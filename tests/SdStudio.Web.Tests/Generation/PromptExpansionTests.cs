using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Styles;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PromptExpansionTests : IDisposable
{
    private static readonly string[] s_colours = [.. Enumerable.Range(0, 50).Select(number => $"colour{number}")];

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StyleStore _styles;
    private readonly PromptExpansion _expansion;

    public PromptExpansionTests()
    {
        _styles = new StyleStore(new GalleryPaths(_folder));
        _expansion = new PromptExpansion(_styles, new Lists(new() { ["colours"] = s_colours, ["lora"] = ["<lora:film:0.5> grain"] }));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Expand_PlainWords_AreLeftWithoutATemplate()
    {
        ImageRecipe recipe = Assert.Single(_expansion.Expand(Written("a cat"), 1, [])!);

        Assert.Equal("a cat", recipe.Prompt);
        Assert.Null(recipe.Template);
    }

    [Fact]
    public void Expand_Batch_DrawsForEachPictureByItsOwnSeed()
    {
        IReadOnlyList<ImageRecipe> recipes = _expansion.Expand(Written("a __colours__ cat", seed: 7), 8, [])!;

        Assert.Equal(Enumerable.Range(7, 8).Select(seed => (long)seed), recipes.Select(recipe => recipe.Seed));
        Assert.True(recipes.Select(recipe => recipe.Prompt).Distinct().Count() > 3);
        Assert.All(recipes, recipe => Assert.Equal(new PromptTemplate("a __colours__ cat", ""), recipe.Template));
        // The third picture of a batch and a picture of that seed are the same picture.
        Assert.Equal(recipes[2], Assert.Single(_expansion.Expand(Written("a __colours__ cat", seed: 9), 1, [])!));
    }

    [Fact]
    public async Task Expand_Styles_AreMergedBeforeAnythingIsDrawn()
    {
        await _styles.SetAsync(new PromptStyle(0, "Oil", "oil painting of {prompt}, {thick|thin} paint", "photo"));

        ImageRecipe recipe = Assert.Single(_expansion.Expand(Written("a cat"), 1, ["oil", "nothing"])!);

        Assert.Contains(recipe.Prompt, new[] { "oil painting of a cat, thick paint", "oil painting of a cat, thin paint" });
        Assert.Equal("photo", recipe.NegativePrompt);
        Assert.Equal(new PromptTemplate("a cat", ""), recipe.Template);
    }

    [Fact]
    public void Expand_LoraInAWildcard_IsALoraOfThePicture()
    {
        ImageRecipe recipe = Assert.Single(_expansion.Expand(Written("a cat __lora__"), 1, [])!);

        Assert.Equal(new LoraSelection("film", 0.5f), Assert.Single(recipe.Loras));
        Assert.DoesNotContain("<lora", recipe.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_UnknownWildcard_StaysAsItIsWritten()
    {
        Assert.Equal("a __nothing__", Assert.Single(_expansion.Expand(Written("a __nothing__"), 1, [])!).Prompt);
        Assert.Equal(["nothing", "x/*"], _expansion.UnknownWildcards("__colours__ __nothing__ __col*__ __x/*__ __nothing__"));
    }

    [Fact]
    public async Task Expand_StylesThatMultiply_AreRefused()
    {
        string bomb = string.Concat(Enumerable.Repeat("{prompt}", 700));
        await _styles.SetAsync(new PromptStyle(0, "a", bomb, ""));
        await _styles.SetAsync(new PromptStyle(0, "b", bomb, ""));

        Assert.Null(_expansion.Expand(Written("a cat"), 1, ["a", "b"]));
    }

    private static ImageRecipe Written(string prompt, long seed = 1) => new() { Prompt = prompt, Checkpoint = "postcard", Width = 32, Height = 32, Seed = seed };

    private sealed class Lists(Dictionary<string, IReadOnlyList<string>> lists) : IWildcards
    {
        public IEnumerable<string> Names => lists.Keys;

        public IReadOnlyList<string>? LinesOf(string name) => lists.GetValueOrDefault(name);
    }
}
