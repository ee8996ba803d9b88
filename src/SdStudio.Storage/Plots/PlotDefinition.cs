using System.Collections.Immutable;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Storage.Plots;

/// <summary>A recipe, and what its pictures differ in along one to three axes.</summary>
/// <param name="Recipe">What the axes leave as it is; LoRAs may stand in its prompt.</param>
/// <param name="Axes">Across, down, and one grid for each value of the third.</param>
public sealed record PlotDefinition(ImageRecipe Recipe, ImmutableArray<PlotAxis> Axes)
{
    public const int MostCells = 1000, MostAxes = 3;

    /// <summary>Number of columns, rows and grids, each at least 1.</summary>
    public (int X, int Y, int Z) Size => (Length(0), Length(1), Length(2));

    /// <summary>Number of pictures.</summary>
    public int Cells => Size.X * Size.Y * Size.Z;

    /// <summary>Whether it is sound: read from a database that another version may have written, this is asked first.</summary>
    public bool IsSound =>
        Axes is { IsDefault: false, Length: > 0 and <= MostAxes }
        && Axes.All(axis => AxisFields.Find(axis.Field) is not null && axis.Values is { IsDefault: false, Length: > 0 and <= AxisReader.MostValues })
        && Cells <= MostCells;

    /// <summary>Number of a cell, by columns first, then rows, then grids, each from 0.</summary>
    public int CellOf(int x, int y, int z) => (((z * Size.Y) + y) * Size.X) + x;

    /// <summary>Column, row and grid of a cell.</summary>
    public (int X, int Y, int Z) PlaceOf(int cell) => (cell % Size.X, cell / Size.X % Size.Y, cell / (Size.X * Size.Y));

    /// <summary>The recipe of a cell; its LoRAs stand in its list.</summary>
    public ImageRecipe RecipeOf(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cell);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, Cells);
        (int x, int y, int z) = PlaceOf(cell);
        int[] places = [x, y, z];
        ImageRecipe recipe = Recipe;
        for (int i = 0; i < Axes.Length; i++)
        {
            recipe = AxisFields.Find(Axes[i].Field)!.Put(recipe, Axes[i], Axes[i].Values[places[i]]);
        }

        return PromptLoras.Apply(recipe);
    }

    /// <summary>
    /// All cells in the order of making: those of one model together, among them those with the same refiner, LoRAs with their weights, parts and size;
    /// else as they stand. What takes long to change changes least.
    /// </summary>
    public ImmutableArray<int> Order()
    {
        (int Cell, ImageRecipe Recipe)[] cells = [.. Enumerable.Range(0, Cells).Select(cell => (cell, RecipeOf(cell)))];
        return
        [
            .. cells
                .OrderBy(Appearance(cells, recipe => recipe.Checkpoint))
                .ThenBy(Appearance(cells, recipe => recipe.Refiner?.Name))
                .ThenBy(Appearance(cells, recipe => string.Join('\n', recipe.Loras)))
                .ThenBy(Appearance(cells, recipe => string.Join('\n', recipe.TextEncoders.Append(recipe.Vae))))
                .ThenBy(Appearance(cells, recipe => (recipe.Width, recipe.Height)))
                .ThenBy(cell => cell.Cell)
                .Select(cell => cell.Cell),
        ];
    }

    /// <summary>How often another model has to take the place of one, in the order of making.</summary>
    public int ModelSwitches() => Order().Select(cell => RecipeOf(cell).Checkpoint).Aggregate(
        (Last: (string?)null, Count: -1), (seen, model) => (model, seen.Last == model ? seen.Count : seen.Count + 1)).Count;

    public bool Equals(PlotDefinition? other) => other is not null && Recipe == other.Recipe && Axes.AsSpan().SequenceEqual(other.Axes.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Recipe, Axes.Length);

    /// <summary>When a value is seen first, so that groups stand in the order of the axes.</summary>
    private static Func<(int Cell, ImageRecipe Recipe), int> Appearance<T>((int Cell, ImageRecipe Recipe)[] cells, Func<ImageRecipe, T> part)
    {
        Dictionary<Box<T>, int> first = [];
        foreach ((_, ImageRecipe recipe) in cells)
        {
            first.TryAdd(new Box<T>(part(recipe)), first.Count);
        }

        return cell => first[new Box<T>(part(cell.Recipe))];
    }

    private int Length(int axis) => axis < Axes.Length ? Axes[axis].Values.Length : 1;

    /// <summary>A key that may be null.</summary>
    private readonly record struct Box<T>(T Value);
}
