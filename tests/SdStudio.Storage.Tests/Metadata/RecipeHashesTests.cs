using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class RecipeHashesTests
{
    [Fact]
    public void Read_TextOfAnotherProgram_NamesModelAndLoras()
    {
        RecipeHashes hashes = RecipeHashes.Read(
            "a beach <lora:style: v2:1>\nSteps: 20, Sampler: Euler, Size: 512x512, Model hash: 6ce0161689, Model: x, Lora hashes: \"style: v2: aabbccddeeff, other: 112233445566\"")!;

        Assert.Equal("6ce0161689", hashes.Model);
        Assert.Equal([("other", "112233445566"), ("style: v2", "aabbccddeeff")], hashes.Loras.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a beach")]
    [InlineData("Steps: 20, Sampler: Euler, Size: 512x512, Lora hashes: nonsense")]
    public void Read_TextWithoutHashes_IsNull(string text) => Assert.Null(RecipeHashes.Read(text));
}
