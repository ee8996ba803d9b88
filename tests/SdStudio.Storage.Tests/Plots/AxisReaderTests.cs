using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Tests.Plots;

public sealed class AxisReaderTests
{
    private static readonly ImageRecipe s_recipe = TemporaryStudio.Recipe("a red cat, <lora:glass:0.8>") with { NegativePrompt = "blurry red" };

    private static readonly ModelFile[] s_models =
    [
        Model(ModelKind.Checkpoint, "postcard"), Model(ModelKind.Checkpoint, "harbour-xl"), Model(ModelKind.Checkpoint, "harbour-15"),
        Model(ModelKind.Vae, "sharp"), Model(ModelKind.Lora, "glass"), Model(ModelKind.Lora, "ink, dark"),
    ];

    /// <summary>The examples of A1111's wiki, and what people write besides.</summary>
    [Theory]
    [InlineData("steps", "1-5", "1 2 3 4 5")]
    [InlineData("steps", "1-5 (+2)", "1 3 5")]
    [InlineData("steps", "1-10 (+2)", "1 3 5 7 9")]
    [InlineData("steps", "10-5 (-3)", "10 7")]
    [InlineData("steps", "10-7", "10 9 8 7")]
    [InlineData("steps", "1-10 [5]", "1 3 5 7 10")]
    [InlineData("steps", "20, 30-32, 8", "20 30 31 32 8")]
    [InlineData("steps", " 7 ", "7")]
    [InlineData("guidance", "1-3 (+0.5)", "1 1.5 2 2.5 3")]
    [InlineData("guidance", "1-3 (+.5)", "1 1.5 2 2.5 3")]
    [InlineData("eta", "0.0-1.0 [6]", "0 0.2 0.4 0.6 0.8 1")]
    [InlineData("eta", "0-1 [1]", "0")]
    [InlineData("guidance", "7.5, 3", "7.5 3")]
    [InlineData("seed", "5, -1, 7", "5 900 7")]
    [InlineData("stepseed", "-2--1", "-2 -1")]
    [InlineData("clipskip", "1-2", "1 2")]
    public void Read_Numbers_AreAsThePeopleOfA1111WriteThem(string field, string text, string values) => Assert.Equal(values, string.Join(' ', Good(field, text)));

    [Theory]
    [InlineData("steps", "1.5", "not a whole number")]
    [InlineData("steps", "1-2 (+0.5)", "whole number")]
    [InlineData("steps", "cat", "neither a number nor a range")]
    [InlineData("steps", "0", "out of bounds")]
    [InlineData("steps", "1-10 (-1)", "leads away")]
    [InlineData("steps", "1-10 (+0)", "whole number")]
    [InlineData("guidance", "1-2 (+0.000001)", "too small")]
    [InlineData("steps", "1-999", "too many")]
    [InlineData("steps", "1-10 [0]", "no values")]
    [InlineData("steps", "1-10 [99999999999]", "too many")]
    [InlineData("seed", "99999999999999999999999999999999999999999999999", "neither")]
    [InlineData("seed", "9223372036854775808", "out of bounds")]
    [InlineData("steps", "", "Write values")]
    [InlineData("guidance", "NaN", "neither")]
    [InlineData("guidance", "1e1", "neither")]
    [InlineData("sampler", "Euler, Eulor", "“Eulor” is no sampler")]
    [InlineData("checkpoint", "harbour", "several")]
    [InlineData("checkpoint", "nothing", "There is no Model")]
    [InlineData("size", "512", "no size")]
    [InlineData("size", "4x4", "no size")]
    [InlineData("replace", "green, blue", "“green” stands neither")]
    [InlineData("replace", "\"\", blue", "stands neither")]
    [InlineData("lora", "silk: 1", "There is no LoRA “silk”")]
    [InlineData("lora", "glass: 20", "out of bounds")]
    public void Read_WhatIsWrong_IsSaid(string field, string text, string words)
    {
        AxisReading reading = Read(field, text);

        Assert.Contains(words, reading.Problem, StringComparison.Ordinal);
        Assert.Empty(reading.Values);
    }

    [Fact]
    public void Read_Samplers_ByLabelOrKeyAndWithTheirScheduleBehindThem()
    {
        PlotAxis axis = Axis("sampler", "Euler a, dpmpp_2m, DPM++ 2M Karras, \"dpm++ sde\"");

        Assert.Equal(
            [("euler_a", "karras"), ("dpmpp_2m", "karras"), ("dpmpp_2m", "karras"), ("dpmpp_sde", "karras")],
            axis.Values.Select(value => AxisFields.Find("sampler")!.Put(s_recipe, axis, value)).Select(recipe => (recipe.Sampler, recipe.Schedule)));
        Assert.Equal("exponential", AxisFields.Find("sampler")!.Put(s_recipe, axis, Good("sampler", "DPM++ 2M Exponential")[0]).Schedule);
    }

    [Theory]
    [InlineData("Postcard", "postcard")]
    [InlineData("harbour-xl.safetensors", "harbour-xl")]
    [InlineData("postcard [0123456789]", "postcard")]
    [InlineData("-15", "harbour-15")]
    public void Read_Checkpoint_IsFoundAsPeopleNameIt(string text, string name) => Assert.Equal([name], Good("checkpoint", text));

    [Fact]
    public void Read_Vae_NoneLeavesItToTheModel()
    {
        PlotAxis axis = Axis("vae", "None, sharp");

        Assert.Equal([null, "sharp"], axis.Values.Select(value => AxisFields.Find("vae")!.Put(s_recipe, axis, value).Vae));
        Assert.Equal("The model’s own", AxisFields.Find("vae")!.LabelOf("", (_, name) => name));
    }

    [Fact]
    public void Read_LoraWeights_ChangeTheLoraWhereverItStands()
    {
        PlotAxis axis = Axis("lora", "glass: 0, 0.5, 1-2 (+0.5)");
        PlotDefinition plot = new(s_recipe, [axis]);

        Assert.Equal([null, 0.5f, 1f, 1.5f, 2f], Enumerable.Range(0, plot.Cells).Select(cell => plot.RecipeOf(cell).Loras.SingleOrDefault()?.Weight));
        Assert.Equal(Good("lora", "glass: 0.5"), Good("lora", "0.5"));
        Assert.Equal(["ink, dark", "glass"], new PlotDefinition(s_recipe, [Axis("lora", "\"ink, dark\": 1")]).RecipeOf(0).Loras.Select(lora => lora.Name));
    }

    [Fact]
    public void Read_Replacement_SeeksTheFirstInBothPrompts()
    {
        PlotDefinition plot = new(s_recipe, [Axis("replace", "red, \"blue, dark\", \"\"")]);

        Assert.Equal(["a red cat,", "a blue, dark cat,", "a  cat,"], Enumerable.Range(0, 3).Select(cell => plot.RecipeOf(cell).Prompt));
        Assert.Equal(["blurry red", "blurry blue, dark", "blurry "], Enumerable.Range(0, 3).Select(cell => plot.RecipeOf(cell).NegativePrompt));
    }

    [Fact]
    public void Read_ReplacementOfATag_ChangesTheLora() =>
        Assert.Equal(0.3f, new PlotDefinition(s_recipe, [Axis("replace", "glass:0.8, glass:0.3")]).RecipeOf(1).Loras.Single().Weight);

    [Theory]
    [InlineData("profile", "a1111, ComfyUI", "A1111 ComfyUi")]
    [InlineData("emphasis", "No norm, original", "NoNorm Original")]
    [InlineData("size", "512 x 768, 64X64", "512x768 64x64")]
    public void Read_Names_AreRead(string field, string text, string values) => Assert.Equal(values, string.Join(' ', Good(field, text)));

    [Fact]
    public void Read_MoreValuesThanFit_IsRefusedBeforeTheyAreMade()
    {
        string text = string.Join(',', Enumerable.Range(0, AxisReader.MostValues + 1));

        Assert.Contains("At most 200", Read("stepseed", text).Problem, StringComparison.Ordinal);
        Assert.Contains("characters", Read("prompt", new string('x', AxisReader.LongestText + 1)).Problem, StringComparison.Ordinal);
    }

    /// <summary>Whatever is written, each field answers with values that it can put into a recipe, or with a problem.</summary>
    [FsCheck.Xunit.Property(MaxTest = 300)]
    public bool Read_AnyText_GivesUsableValuesOrAProblem(FsCheck.NonNull<string> text) => AxisFields.All.All(field =>
    {
        AxisReading reading = AxisReader.Read(field, text.Get, Context());
        PlotAxis axis = new(field.Key, text.Get, reading.Values);
        return reading.Problem is not null
            ? reading.Values.IsEmpty && reading.Problem.Length > 0
            : reading.Values.Length is > 0 and <= AxisReader.MostValues && reading.Values.All(value => field.Put(s_recipe, axis, value) is not null);
    });

    [FsCheck.Xunit.Property(MaxTest = 300)]
    public bool Read_AnyRange_IsInBoundsAndNeverBeyondItsEnds(short from, short to, sbyte step)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{from}-{to} ({step})");
        return AxisReader.Read(AxisFields.Find("stepseed")!, text, Context()) is not { Problem: null } reading
            || reading.Values.Select(int.Parse).All(value => value >= Math.Min(from, to) && value <= Math.Max(from, to) && (value - from) % step == 0);
    }

    /// <summary>All names that a field offers can be written as they are offered.</summary>
    [Fact]
    public void Read_AllNamesThatAreOffered_AreRead() => Assert.All(AxisFields.All, field =>
    {
        string[] names = [.. field.Names(s_models)];
        Assert.True(names.Length == 0 || Good(field.Key, AxisReader.Write(names)).Length == names.Length, field.Key);
    });

    private static AxisReading Read(string field, string text) => AxisReader.Read(AxisFields.Find(field)!, text, Context());

    private static string[] Good(string field, string text)
    {
        AxisReading reading = Read(field, text);
        Assert.Null(reading.Problem);
        return [.. reading.Values];
    }

    private static PlotAxis Axis(string field, string text) => new(field, text, [.. Good(field, text)]);

    private static AxisContext Context() => new(s_recipe, s_models, () => 900);

    private static ModelFile Model(ModelKind kind, string name) => new() { Kind = kind, Name = name, Title = name, Path = $"/models/{name}.safetensors" };
}
