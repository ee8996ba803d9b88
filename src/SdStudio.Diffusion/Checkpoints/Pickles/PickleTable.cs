using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>Makes a flat table of tensors from what a pickle left: names of nested dictionaries are joined by dots, and each tensor is proven to lie in its storage.</summary>
internal sealed class PickleTable
{
    private const int DeepestNesting = 8;

    /// <summary>One dictionary may stand in many others, so what is visited is counted, not what there is.</summary>
    private const int MostEntries = 1_000_000;

    /// <summary>Where training scripts put the weights, beside what else they save; the averaged ones first.</summary>
    private static readonly ImmutableArray<string> s_wrappers = ["state_dict", "params_ema", "params", "model_state_dict"];

    private readonly PickleContents _contents;
    private readonly string _path;
    private int _visited;

    /// <param name="path">For messages.</param>
    public PickleTable(PickleContents contents, string path)
    {
        (_contents, _path) = (contents, path);
        PickleMap root = contents.Root as PickleMap ?? new PickleMap();
        foreach ((string key, object? value) in root.Values)
        {
            if (value is string text)
            {
                Metadata[key] = text;
            }
        }

        string? wrapper = s_wrappers.FirstOrDefault(key => root.Values.GetValueOrDefault(key) is PickleMap);
        Collect(wrapper is null ? root : (PickleMap)root.Values[wrapper]!, "", 0);
    }

    public Dictionary<string, TensorEntry> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Texts beside the tensors, such as an embedding's name.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    private void Collect(PickleMap map, string prefix, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw PickleFault.Damaged(_path, "its dictionaries stand in one another deeper than those of any model");
        }

        foreach ((string key, object? value) in map.Values)
        {
            if (++_visited > MostEntries)
            {
                throw PickleFault.Damaged(_path, "it lists far more than any model holds");
            }

            string name = prefix + key;
            if (value is PickleTensor tensor && !Tensors.TryAdd(name, Prove(tensor, name)))
            {
                throw PickleFault.Damaged(_path, $"the name {Wording.Quote(name)} stands in it twice");
            }

            if (value is PickleMap inner)
            {
                Collect(inner, name + ".", depth + 1);
            }
        }
    }

    private TensorEntry Prove(PickleTensor tensor, string name)
    {
        if (_contents.Locate(tensor.Storage.Key) is not (long start, long length))
        {
            throw PickleFault.Damaged(_path, $"the values of {Wording.Quote(name)} are not in it");
        }

        int size = tensor.Type.ByteSize();
        long available = Math.Min(length, Saturated((UInt128)tensor.Storage.Start + (UInt128)tensor.Storage.Count, tensor.Storage.Type?.ByteSize() ?? 1)) / size;
        try
        {
            long first = checked(tensor.Storage.Start + tensor.Offset);
            long count = tensor.Shape.ElementCount;
            long span = count == 0 ? 0 : checked(LastOf(tensor) + 1);
            bool isDense = count == 0 || IsRowMajor(tensor);

            // More elements than bytes to hold them: repeated ones, which no weight has, and which would let a small file ask for much memory.
            return span <= available - first && first >= 0 && (isDense || (count <= available && checked(span * size) <= int.MaxValue))
                ? new TensorEntry(tensor.Type, tensor.Shape, start + first * size, span * size, isDense ? null : tensor.Strides)
                : throw PickleFault.Damaged(_path, $"the tensor {Wording.Quote(name)} reaches beyond its values");
        }
        catch (OverflowException e)
        {
            throw new CheckpointException(_path, CheckpointProblem.ShapeTooLarge, $"The file is damaged: the tensor {Wording.Quote(name)} claims an impossible size. Download it again.", e);
        }
    }

    /// <summary>Elements from the first to the last.</summary>
    private static long LastOf(PickleTensor tensor)
    {
        long last = 0;
        for (int axis = 0; axis < tensor.Shape.Rank; axis++)
        {
            last = checked(last + (tensor.Shape[axis] - 1) * tensor.Strides[axis]);
        }

        return last;
    }

    private static bool IsRowMajor(PickleTensor tensor)
    {
        long expected = 1;
        for (int axis = tensor.Shape.Rank - 1; axis >= 0; axis--)
        {
            // A dimension of one is never stepped along.
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
            {
                return false;
            }

            expected = checked(expected * tensor.Shape[axis]);
        }

        return true;
    }

    private static long Saturated(UInt128 count, int size) => (long)UInt128.Min(count * (UInt128)size, (UInt128)long.MaxValue);
}
