using System.CommandLine;
using SdStudio.Cli;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class LoraArgumentTests
{
    [Theory]
    [InlineData("glass:0.8", "glass", 0.8f)]
    [InlineData("glass:-1", "glass", -1f)]
    [InlineData("glass", "glass", 1f)]
    [InlineData("style: v2:0.5", "style: v2", 0.5f)]
    [InlineData("/loras/glass.safetensors:0.25", "/loras/glass.safetensors", 0.25f)]
    [InlineData(@"C:\loras\glass.safetensors", @"C:\loras\glass.safetensors", 1f)]
    public void Parse_NameAndWeight_AreSplitAtTheLastColon(string text, string name, float weight)
    {
        Option<LoraSelection[]> option = new("--lora") { CustomParser = LoraArgument.Parse };

        ParseResult parsed = new RootCommand { option }.Parse(["--lora", text]);

        Assert.Empty(parsed.Errors);
        Assert.Equal([new LoraSelection(name, weight)], parsed.GetValue(option)!);
    }

    [Theory]
    [InlineData("glass:0.2:0.8", "glass", 0.2f, 0.8f)]
    [InlineData("glass:0.8:0.8", "glass", null, 0.8f)]
    [InlineData(@"C:\loras\glass.safetensors:0:1", @"C:\loras\glass.safetensors", 0f, 1f)]
    public void Parse_TwoWeights_AreThoseOfTheTextEncodersAndTheUNet(string text, string name, float? words, float weight)
    {
        Option<LoraSelection[]> option = new("--lora") { CustomParser = LoraArgument.Parse };

        ParseResult parsed = new RootCommand { option }.Parse(["--lora", text]);

        Assert.Empty(parsed.Errors);
        Assert.Equal([new LoraSelection(name, weight) { TextEncoderWeight = words }], parsed.GetValue(option)!);
    }

    [Theory]
    [InlineData("glass:99:1")]
    [InlineData("glass:1:99")]
    [InlineData(":1:1")]
    public void Parse_WeightsOutOfBounds_AreRefused(string text)
    {
        Option<LoraSelection[]> option = new("--lora") { CustomParser = LoraArgument.Parse };

        Assert.Contains("NAME:TEXT:WEIGHT", Assert.Single(new RootCommand { option }.Parse(["--lora", text]).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Several_KeepTheirOrder()
    {
        Option<LoraSelection[]> option = new("--lora") { CustomParser = LoraArgument.Parse };

        ParseResult parsed = new RootCommand { option }.Parse(["--lora", "b:2", "--lora", "a"]);

        Assert.Equal([new LoraSelection("b", 2), new LoraSelection("a", 1)], parsed.GetValue(option)!);
    }
}
