using System.Globalization;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>
/// Writes a graph node by node. Operators are in GraphBuilder.Operators.cs; here is what they stand on: names, weights, constants,
/// inputs and outputs. Everything inside is in <see cref="OperatorChoices.Precision"/>; the ports are float32.
/// </summary>
internal sealed partial class GraphBuilder
{
    private readonly OnnxGraph _graph = new();
    private readonly IWeightSource? _source;
    private readonly Func<string, WeightForm> _formOf;
    private readonly OperatorChoices _operators;
    private readonly IReadOnlyCollection<string> _taps;
    private readonly Dictionary<string, Value> _weights = [];
    private readonly Dictionary<string, Value> _constants = [];
    private readonly Dictionary<string, int> _names = [];
    private string _place = "";

    /// <param name="source">Where shapes, and the places of file weights, come from.</param>
    /// <param name="formOf">How the weight of a name gets into the graph.</param>
    /// <param name="taps">Marked values (<see cref="Mark"/>) that become further outputs, to look into a network.</param>
    public GraphBuilder(
        IWeightSource source, Func<string, WeightForm> formOf, OperatorChoices operators, IReadOnlyCollection<string>? taps = null)
    {
        (_source, _formOf, _operators, _taps) = (source, formOf, operators, taps ?? []);
    }

    /// <summary>For a graph without weights.</summary>
    public GraphBuilder(OperatorChoices operators)
    {
        (_formOf, _operators, _taps) = (NoWeight, operators, []);
    }

    /// <summary>The whole network's weights.</summary>
    public WeightScope Weights => new(Source);

    private IWeightSource Source => _source ?? throw new InvalidOperationException("This graph was begun without weights.");

    /// <summary>The finished graph.</summary>
    public OnnxGraph Graph => _graph;

    /// <param name="dimensions">Numbers or names of dimensions, see <see cref="OnnxPort"/>.</param>
    public Value Input(string name, ElementType type, params string[] dimensions)
    {
        _graph.Inputs.Add(new OnnxPort(name, type, dimensions));
        return new Value(name);
    }

    /// <summary>Makes a value of the graph's precision an output in float32.</summary>
    public void Output(string name, Value value, params string[] dimensions)
    {
        Value result = ToFloat32(value);
        Add(new OnnxNode(name, "Identity", "", [result.Name], [name], []));
        _graph.Outputs.Add(new OnnxPort(name, ElementType.Float32, dimensions));
    }

    /// <summary>Gives a value the name of its place in the checkpoint, by which tests can ask for it.</summary>
    public Value Mark(string name, Value value)
    {
        if (_taps.Contains(name))
        {
            Output(TapOutput(name), value);
        }

        return value;
    }

    /// <summary>Name of the output that shows the value marked <paramref name="mark"/>; weights and nodes own the bare names.</summary>
    public static string TapOutput(string mark) => $"{mark}#tap";

    /// <summary>A weight as it lies in the file's order, in the graph's precision.</summary>
    private Value Weight(WeightScope scope, string name)
    {
        string path = scope.NameOf(name);
        Value raw = RawWeight(path, out ElementType type);
        if (type == _operators.Precision)
        {
            return raw;
        }

        string key = path + "#cast";
        if (!_weights.TryGetValue(key, out Value converted))
        {
            converted = Cast(raw, _operators.Precision);
            _weights.Add(key, converted);
        }

        return converted;
    }

    private Value RawWeight(string path, out ElementType type)
    {
        WeightForm form = _formOf(path);
        type = form.Type;
        if (_weights.TryGetValue(path, out Value known))
        {
            return known;
        }

        Shape shape = Source.ShapeOf(path);
        if (form.Route == WeightRoute.Input)
        {
            _graph.WeightInputs.Add(OnnxPort.ForWeight(path, type, shape));
        }
        else
        {
            WeightLocation location = Source.LocationOf(path);
            _graph.Initializers.Add(new OnnxTensor(path, type, shape, null, FileIn(location.Path), location.Offset, location.Length));
        }

        Value weight = new(path);
        _weights.Add(path, weight);
        return weight;
    }

    private static WeightForm NoWeight(string name) => throw new InvalidOperationException($"This graph was begun without weights, but asks for {name}.");

    /// <summary>
    /// The name of a weight file within the graph's weight folder. Links are followed first, because runtimes refuse a file that lies
    /// elsewhere than it seems to.
    /// </summary>
    private string FileIn(string path)
    {
        string file = ModelStream.Guard(path, () => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path));
        string folder = Path.GetDirectoryName(file) ?? "/";
        _graph.WeightFolder ??= folder;
        return folder == _graph.WeightFolder
            ? Path.GetFileName(file)
            : throw new CheckpointException(
                path, CheckpointProblem.NotFound, $"The files of one model part lie in two folders, {_graph.WeightFolder} and {folder}; put them into one.");
    }

    private Value Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        if (_operators.Precision == ElementType.Float16)
        {
            Half[] halves = new Half[values.Length];
            System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values, halves);
            return Constant(ElementType.Float16, MemoryMarshal.AsBytes(halves.AsSpan()), shape);
        }

        return Constant(ElementType.Float32, MemoryMarshal.AsBytes(values), shape);
    }

    private Value Constant(ReadOnlySpan<long> values) => Constant(ElementType.Int64, MemoryMarshal.AsBytes(values), values.Length);

    private Value Constant(ElementType type, ReadOnlySpan<byte> bytes, params ReadOnlySpan<long> shape)
    {
        // Equal constants are one: a UNet asks for the same ones and zeros at every norm.
        string key = $"{type} {new Shape(shape)} {Convert.ToHexString(bytes)}";
        if (!_constants.TryGetValue(key, out Value constant))
        {
            constant = new Value($"constant#{_constants.Count}");
            _graph.Initializers.Add(new OnnxTensor(constant.Name, type, new Shape(shape), bytes.ToArray()));
            _constants.Add(key, constant);
        }

        return constant;
    }

    private Value Node(string op, ReadOnlySpan<Value> inputs, params (string, object)[] attributes) =>
        Node(op, "", inputs, attributes);

    private Value Node(string op, string domain, ReadOnlySpan<Value> inputs, params (string, object)[] attributes)
    {
        string name = Unique(op);
        string[] inputNames = new string[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputNames[i] = inputs[i].Name ?? "";
        }

        Add(new OnnxNode(name, op, domain, inputNames, [name], attributes));
        return new Value(name);
    }

    private void Add(OnnxNode node) => _graph.Nodes.Add(node);

    /// <summary>Names nodes after the layer whose weights were last used: where something stands, not what number it has.</summary>
    private string Unique(string op)
    {
        string name = _place.Length == 0 ? op : $"{_place}/{op}";
        int count = _names.GetValueOrDefault(name);
        _names[name] = count + 1;
        return count == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{count}");
    }
}
