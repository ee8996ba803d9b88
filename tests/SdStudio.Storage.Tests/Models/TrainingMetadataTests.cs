using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class TrainingMetadataTests
{
    [Fact]
    public void Read_TagFrequencies_AddsFoldersUpAndTakesTheMostFrequentForTriggers()
    {
        ModelDetails details = Read(("ss_tag_frequency", """{"10_cat": {"fluffcat": 30, "grass": 4}, "5_more": {"fluffcat": 10, " sky ": 6}}"""), ("ss_base_model_version", "sd_v1"));

        Assert.Equal([new TagCount("fluffcat", 40), new TagCount("sky", 6), new TagCount("grass", 4)], details.TrainingTags.AsEnumerable());
        Assert.Equal(["fluffcat"], details.TriggerWords.AsEnumerable());
        Assert.Equal("sd_v1", details.BaseModel);
    }

    [Fact]
    public void Read_StatedTriggers_GoFirst()
    {
        ModelDetails details = Read(("ss_tag_frequency", """{"a": {"tag": 3}}"""), ("modelspec.trigger_phrase", "one, two words , one"), ("modelspec.description", "<b>Line</b><br>next &amp; last"));

        Assert.Equal(["one", "two words"], details.TriggerWords.AsEnumerable());
        Assert.Equal("Line\nnext & last", details.Description);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("{\"a\": 3}")]
    [InlineData("{\"a\": {\"b\": \"many\", \"c\": -1, \"d\": 1e99, \"\": 3}}")]
    [InlineData("{\"a\": {\"\\ud800\": 3}}")]
    [InlineData("{\"a\": {")]
    [InlineData("\ud800")]
    public void Read_BrokenFrequencies_AreNone(string text) => Assert.Empty(Read(("ss_tag_frequency", text)).TrainingTags);

    [Fact]
    public void Read_DeepJson_IsNone() => Assert.Empty(Read(("ss_tag_frequency", string.Concat(Enumerable.Repeat("{\"a\":", 5000)))).TrainingTags);

    [Fact]
    public void Read_TextThatTurnsThePage_IsCleaned() =>
        Assert.Equal("ab c", Read(("modelspec.title", "a\u202Eb\tc\u0000\u2028")).Title);

    [Theory]
    [InlineData("None", null)]
    [InlineData("/home/somebody/models/base.safetensors", "base.safetensors")]
    [InlineData("C:\\models\\base.ckpt", "base.ckpt")]
    public void Read_BaseModelName_LosesItsFolders(string value, string? expected) => Assert.Equal(expected, Read(("ss_sd_model_name", value)).BaseModel);

    private static ModelDetails Read(params (string Key, string Value)[] metadata) => TrainingMetadata.Read(metadata.ToDictionary(pair => pair.Key, pair => pair.Value));
}
