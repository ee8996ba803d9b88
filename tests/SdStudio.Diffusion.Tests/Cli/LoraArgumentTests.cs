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

    [Fact]
    public void Parse_Several_KeepTheirOrder()
    {
        Option<LoraSelection[]> option = new("--lora") { CustomParser = LoraArgument.Parse };

        ParseResult parsed = new RootCommand { option }.Parse(["--lora", "b:2", "--lora", "a"]);

        Assert.Equal([new LoraSelection("b", 2), new LoraSelection("a", 1)], parsed.GetValue(option)!);
    }
}
