using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Tests.Prompts;

public sealed class PromptLorasTests
{
    [Theory]
    [InlineData("a cat <lora:glass>", "a cat ", 1f, null)]
    [InlineData("<lora:glass:0.8> a cat", " a cat", 0.8f, null)]
    [InlineData("a <lora:glass:-0.5>cat", "a cat", -0.5f, null)]
    [InlineData("<lora:glass:0.2:0.9>", "", 0.9f, 0.2f)]
    [InlineData("<lora:glass:0.9:0.9>", "", 0.9f, null)]
    [InlineData("<lora:glass:unet=0.5:te=1>", "", 0.5f, 1f)]
    [InlineData("<lora:glass:te=0.25>", "", 0.25f, null)]
    [InlineData("<lyco:glass:1>", "", 1f, null)]
    public void Take_Tag_IsALoraAndNoText(string prompt, string text, float unet, float? textEncoder)
    {
        (string rest, var loras) = PromptLoras.Take(prompt);

        Assert.Equal(text, rest);
        Assert.Equal(new LoraSelection("glass", unet) { TextEncoderWeight = textEncoder }, Assert.Single(loras));
    }

    [Theory]
    [InlineData("a <lora:> cat")]
    [InlineData("a <lora:glass:strong> cat")]
    [InlineData("a <lora:glass:1:2:3> cat")]
    [InlineData("a <lora:glass:NaN> cat")]
    [InlineData("a <lora glass> cat, <hypernet:x:1>")]
    [InlineData("1 < 2 > 0")]
    public void Take_WhatDoesNotParse_IsText(string prompt)
    {
        (string rest, var loras) = PromptLoras.Take(prompt);

        Assert.Equal(prompt, rest);
        Assert.Empty(loras);
    }

    [Fact]
    public void Take_SameLoraTwice_TheLastCounts()
    {
        (_, var loras) = PromptLoras.Take("<lora:a:1><lora:b:1><lora:a:0.5>");

        Assert.Equal([new LoraSelection("b", 1), new LoraSelection("a", 0.5f)], loras.AsEnumerable());
    }

    [Fact]
    public void Apply_LoraInPromptAndList_IsOneWithTheStrengthOfThePrompt()
    {
        ImageRecipe recipe = new() { Prompt = "a cat <lora:a:0.5>", Checkpoint = "m", Width = 8, Height = 8, Seed = 1, Loras = [new LoraSelection("a", 1), new LoraSelection("b", 1)] };

        ImageRecipe applied = PromptLoras.Apply(recipe);

        Assert.Equal("a cat", applied.Prompt);
        Assert.Equal([new LoraSelection("b", 1), new LoraSelection("a", 0.5f)], applied.Loras.AsEnumerable());
        Assert.Same(applied, PromptLoras.Apply(applied));
    }

    [Theory]
    [InlineData("glass", 0.8f, null, "<lora:glass:0.8>")]
    [InlineData("glass", -1f, null, "<lora:glass:-1>")]
    [InlineData("sub/glass v2", 0.9f, 0.25f, "<lora:sub/glass v2:0.25:0.9>")]
    public void Write_Lora_IsATagThatIsReadBack(string name, float unet, float? textEncoder, string expected)
    {
        LoraSelection lora = new(name, unet) { TextEncoderWeight = textEncoder };

        string tag = PromptLoras.Write(lora);

        Assert.Equal(expected, tag);
        Assert.Equal(lora, Assert.Single(PromptLoras.Take(tag).Loras));
    }

    [Theory]
    [InlineData("a cat <lora:a:1>, red", "a cat <lora:a:0.5>, red")]
    [InlineData("<lora:a:1> a cat <lyco:a:0.2> <lora:b:1>", "a cat <lora:a:0.5> <lora:b:1>")]
    [InlineData("a cat <lora:b:1>", "a cat <lora:b:1>")]
    [InlineData("a cat <lora:a:strong>", "a cat <lora:a:strong>")]
    public void Change_NamedLora_RewritesTheTagThatCounts(string prompt, string expected) =>
        Assert.Equal(expected, PromptLoras.Change(prompt, new LoraSelection("a", 0.5f)));

    [Theory]
    [InlineData("a cat <lora:a:1>", "a cat")]
    [InlineData("<lora:a:1> a cat", "a cat")]
    [InlineData("a <lora:a:1> cat <lora:a:2>, red", "a cat , red")]
    [InlineData("a<lora:a:1>cat <lora:b:1>", "acat <lora:b:1>")]
    public void Remove_NamedLora_TakesItsTagsOut(string prompt, string expected) => Assert.Equal(expected, PromptLoras.Remove(prompt, "a"));
}
