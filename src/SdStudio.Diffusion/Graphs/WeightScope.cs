using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>A place in a network's weight names: <c>weights["in_layers.0"]</c> is the layer whose weights are <c>….in_layers.0.weight</c> and <c>….bias</c>.</summary>
internal sealed class WeightScope
{
    private readonly IWeightSource _source;

    public WeightScope(IWeightSource source, string path = "")
    {
        (_source, Path) = (source, path);
    }

    /// <summary>Name of the scope in the checkpoint; empty for the whole network.</summary>
    public string Path { get; }

    public WeightScope this[string name] => new(_source, NameOf(name));

    /// <summary>Whether the file holds the layer (its <c>weight</c>) or the single weight of this name.</summary>
    public bool Contains(string name) => _source.Contains(NameOf(name)) || _source.Contains(NameOf(name) + ".weight");

    /// <summary>Full name of a weight in this scope.</summary>
    public string NameOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <exception cref="CheckpointException">The weight is missing.</exception>
    public Shape ShapeOf(string name) => _source.ShapeOf(NameOf(name));

    /// <summary>One dimension of a weight.</summary>
    /// <returns>1 or more.</returns>
    /// <exception cref="CheckpointException">The weight is missing, or has no such dimension.</exception>
    public long SizeOf(string name, int axis)
    {
        Shape shape = ShapeOf(name);
        return shape.Rank > axis && shape[axis] is > 0 and <= int.MaxValue
            ? shape[axis]
            : throw new CheckpointException(
                _source.LocationOf(NameOf(name)).Path, CheckpointProblem.InvalidShape, $"The weight {Wording.Quote(NameOf(name))} has the shape {shape}, with which no network can be built. Download the model again.");
    }

    /// <summary>How many numbered scopes there are: <c>CountOf(i => $"resblocks.{i}.ln_1")</c>.</summary>
    public int CountOf(Func<int, string> name)
    {
        int count = 0;
        while (Contains(name(count)))
        {
            count++;
        }

        return count;
    }
}
