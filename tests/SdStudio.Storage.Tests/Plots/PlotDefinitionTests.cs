using SdStudio.Diffusion;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Tests.Plots;

public sealed class PlotDefinitionTests
{
    [Fact]
    public void RecipeOf_EveryCell_HasItsValues()
    {
        PlotDefinition plot = Plot(("steps", ["10", "20", "30"]), ("guidance", ["2", "5"]), ("seed", ["1", "2"]));

        Assert.Equal(12, plot.Cells);
        for (int cell = 0; cell < plot.Cells; cell++)
        {
            (int x, int y, int z) = plot.PlaceOf(cell);
            ImageRecipe recipe = plot.RecipeOf(cell);
            Assert.Equal(cell, plot.CellOf(x, y, z));
            Assert.Equal((10 + (10 * x), 2f + (3 * y), 1L + z), (recipe.Steps, recipe.GuidanceScale, recipe.Seed));
        }
    }

    [Fact]
    public void Order_OfAllCells_HoldsEachOnce()
    {
        PlotDefinition plot = Plot(("checkpoint", ["a", "b", "a"]), ("lora", [Lora(0), Lora(1)]), ("steps", ["1", "2", "3"]));

        Assert.Equal(Enumerable.Range(0, plot.Cells), plot.Order().Order());
    }

    /// <summary>However the axes lie: the model changes least, then the LoRAs.</summary>
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Order_WithModelsAndLoras_SwitchesAsSeldomAsCanBe(int first, int second, int third)
    {
        (string, string[])[] axes = [("checkpoint", ["a", "b", "c"]), ("lora", [Lora(0.5f), Lora(1)]), ("steps", ["1", "2", "3", "4"])];
        PlotDefinition plot = Plot(axes[first], axes[second], axes[third]);

        ImageRecipe[] recipes = [.. plot.Order().Select(plot.RecipeOf)];

        Assert.Equal(2, Changes(recipes.Select(recipe => recipe.Checkpoint)));
        Assert.Equal(2, plot.ModelSwitches());
        // Three models with two weights each: five changes of either.
        Assert.Equal(5, Changes(recipes.Select(recipe => $"{recipe.Checkpoint} {recipe.Loras[0].Weight}")));
    }

    [Fact]
    public void Order_OfWordsThatNameLoras_KeepsThoseTogether()
    {
        PlotDefinition plot = new(
            TemporaryStudio.Recipe("a cat <lora:glass:1>"), [new PlotAxis("replace", "", ["glass", "ink"]), new PlotAxis("seed", "", ["1", "2", "3"])]);

        Assert.Equal(1, Changes(plot.Order().Select(cell => plot.RecipeOf(cell).Loras[0].Name)));
    }

    [Fact]
    public void Order_WithoutWhatIsSlow_GoesRowByRow() =>
        Assert.Equal(Enumerable.Range(0, 6), Plot(("steps", ["1", "2", "3"]), ("guidance", ["1", "2"])).Order());

    [Fact]
    public void IsSound_TooManyCellsOrUnknownFields_IsNot()
    {
        string[] many = [.. Enumerable.Range(1, 101).Select(i => $"{i}")];
        Assert.True(Plot(("steps", ["1"])).IsSound);
        Assert.False(Plot(("steps", many), ("seed", many)).IsSound);
        Assert.False(Plot(("colour", ["1"])).IsSound);
        Assert.False(Plot(("steps", [])).IsSound);
        Assert.False(new PlotDefinition(TemporaryStudio.Recipe(), []).IsSound);
    }

    [Fact]
    public void Json_ThereAndBack_IsTheSamePlot()
    {
        PlotDefinition plot = Plot(("lora", [Lora(0.5f)]), ("replace", ["a", "b, \"c\"", ""]));

        Assert.Equal(plot, PlotJson.TryRead(PlotJson.Write(plot)));
        Assert.Null(PlotJson.TryRead("{}"));
        Assert.Null(PlotJson.TryRead("no json"));
    }

    private static string Lora(float weight) => AxisFields.LoraValue("glass", weight.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static int Changes(IEnumerable<string> values) => values.Zip(values.Skip(1)).Count(pair => pair.First != pair.Second);

    private static PlotDefinition Plot(params (string Field, string[] Values)[] axes) =>
        new(TemporaryStudio.Recipe(), [.. axes.Select(axis => new PlotAxis(axis.Field, string.Join(", ", axis.Values), [.. axis.Values]))]);
}
