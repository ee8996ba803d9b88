using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Plots;

/// <summary>A plot while it is being written: everything may be wrong for a moment.</summary>
/// <param name="recipe">What the axes leave as it is; LoRAs may stand in its prompt.</param>
public sealed class PlotForm(ImageRecipe recipe)
{
    public ImageRecipe Recipe { get; } = recipe;

    /// <summary>Across, down, and the one with a grid for each value. Those without a field are passed over.</summary>
    public IReadOnlyList<AxisInput> Axes { get; } = [new AxisInput(), new AxisInput(), new AxisInput()];

    /// <summary>The form of a plot that was made before.</summary>
    public static PlotForm Of(PlotDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        PlotForm form = new(definition.Recipe);
        for (int i = 0; i < definition.Axes.Length; i++)
        {
            (form.Axes[i].Field, form.Axes[i].Text) = (definition.Axes[i].Field, definition.Axes[i].Text);
        }

        return form;
    }

    /// <summary>Reads and checks all of it.</summary>
    public PlotReading Read(IReadOnlyList<ModelFile> models, RecipeLimits limits, Func<long> drawSeed)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(limits);
        AxisContext context = new(Recipe, models, drawSeed);
        ImmutableArray<AxisReading?> readings = [.. Axes.Select((axis, place) => Read(axis, place, context, limits))];
        ImmutableArray<PlotAxis> axes = [.. Axes.Zip(readings).Where(pair => pair.Second is not null).Select(pair => new PlotAxis(pair.First.Field, pair.First.Text, pair.Second!.Values))];
        if (readings.Any(reading => reading?.Problem is not null))
        {
            return new PlotReading(null, readings, null);
        }

        if (axes.IsEmpty)
        {
            return new PlotReading(null, readings, "Choose what the first axis changes.");
        }

        long cells = axes.Aggregate(1L, (count, axis) => count * axis.Values.Length);
        if (cells > PlotDefinition.MostCells)
        {
            return new PlotReading(null, readings, string.Create(CultureInfo.InvariantCulture, $"{cells} pictures are too many for one plot. Use at most {PlotDefinition.MostCells}."));
        }

        PlotDefinition definition = new(Recipe, axes);
        string? problem = Enumerable.Range(0, definition.Cells).Select(cell => Problem(definition.RecipeOf(cell), models, limits)).FirstOrDefault(found => found is not null);
        return new PlotReading(problem is null ? definition : null, readings, problem);
    }

    /// <summary>Each value is tried on its own, so that what is wrong is said where it stands.</summary>
    private AxisReading? Read(AxisInput axis, int place, AxisContext context, RecipeLimits limits)
    {
        if (axis.Field.Length == 0)
        {
            return null;
        }

        if (AxisFields.Find(axis.Field) is not { } field)
        {
            return new AxisReading([], "Choose what this axis changes.");
        }

        // Words may be replaced in several places; of anything else the later axis would undo the first.
        if (field.Kind != AxisKind.Replacement && field.Kind != AxisKind.LoraWeights && Axes.Take(place).Any(other => other.Field == axis.Field))
        {
            return new AxisReading([], $"{field.Label} is on another axis already.");
        }

        AxisReading reading = AxisReader.Read(field, axis.Text, context);
        PlotAxis written = new(axis.Field, axis.Text, reading.Values);
        string? problem = reading.Problem is not null || !IsAlone(field) ? null
            : reading.Values.Select(value => Problem(field.Put(Recipe, written, value), context.Models, limits)).FirstOrDefault(found => found is not null);
        return problem is null ? reading : reading with { Problem = problem };
    }

    /// <summary>A side of a picture, or a size for another model, is judged with the other axes only.</summary>
    private bool IsAlone(AxisField field) =>
        field.Key is not ("width" or "height" or "checkpoint") && Axes.All(axis => axis.Field is not ("checkpoint" or "width" or "height" or "size") || axis.Field == field.Key);

    private static string? Problem(ImageRecipe recipe, IReadOnlyList<ModelFile> models, RecipeLimits limits)
    {
        ModelFile? model = models.FirstOrDefault(model => model.Kind == ModelKind.Checkpoint && model.Name == recipe.Checkpoint);
        if (model is null)
        {
            return $"There is no model named {recipe.Checkpoint} here.";
        }

        SizeLimits sizes = SizeLimits.Of(model, limits);
        return limits.Problem(recipe)
            ?? Sized("wide", recipe.Width, sizes.ProblemOf(recipe.Width)) ?? Sized("high", recipe.Height, sizes.ProblemOf(recipe.Height)) ?? sizes.ProblemOf(recipe.Width, recipe.Height)
            ?? recipe.SamplerSettings.WhyNot() ?? recipe.Noise.WhyNot(recipe.Seed);
    }

    private static string? Sized(string way, int side, string? problem) =>
        problem is null ? null : string.Create(CultureInfo.InvariantCulture, $"{side} pixels {way}: {problem}");
}
