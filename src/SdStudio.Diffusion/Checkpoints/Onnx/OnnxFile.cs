using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Onnx;

/// <summary>
/// A network that a model brings as an ONNX graph. Only its table of contents is read: what goes in, what comes out, and which tensors it holds.
/// The graph itself belongs to the runtime, which runs it as it is.
/// </summary>
public sealed class OnnxFile : ITensorFile
{
    private const int MostTensors = 100_000, MostDimensions = 8;

    /// <summary>TensorProto.DataType.</summary>
    private static readonly Dictionary<long, ElementType> s_types = new()
    {
        [1] = ElementType.Float32,
        [2] = ElementType.UInt8,
        [3] = ElementType.Int8,
        [4] = ElementType.UInt16,
        [5] = ElementType.Int16,
        [6] = ElementType.Int32,
        [7] = ElementType.Int64,
        [9] = ElementType.Boolean,
        [10] = ElementType.Float16,
        [11] = ElementType.Float64,
        [12] = ElementType.UInt32,
        [13] = ElementType.UInt64,
        [16] = ElementType.BFloat16,
        [17] = ElementType.Float8E4M3,
        [19] = ElementType.Float8E5M2,
    };

    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    private readonly List<OnnxSlot> _inputs = [], _outputs = [];
    private readonly SortedSet<string> _external = new(StringComparer.Ordinal);
    private readonly (long Length, DateTime ChangedAt) _stamp;

    private OnnxFile(string path, OnnxReader reader)
    {
        (Path, _stamp) = (path, StampOf(path));
        OnnxReader.Field graph = reader.Fields(new OnnxReader.Field(0, 0, 0, reader.Length)).FirstOrDefault(field => field.Number == 7);
        if (graph.Number == 0)
        {
            throw reader.Damaged();
        }

        foreach (OnnxReader.Field field in reader.Fields(graph))
        {
            switch (field.Number)
            {
                case 5:
                    AddTensor(reader, field);
                    break;
                case 11:
                    _inputs.Add(ReadSlot(reader, field));
                    break;
                case 12:
                    _outputs.Add(ReadSlot(reader, field));
                    break;
            }
        }

        // Old exporters name tensors among the inputs too.
        _inputs.RemoveAll(slot => _tensors.ContainsKey(slot.Name));
        Header = new SafetensorsHeader(_tensors, [], reader.Length);
    }

    public string Path { get; }

    /// <summary>Tensors under the names of the exporter, which often keeps those of biases and embeddings only.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>What the graph asks for.</summary>
    public IReadOnlyList<OnnxSlot> Inputs => _inputs;

    /// <summary>What it answers with.</summary>
    public IReadOnlyList<OnnxSlot> Outputs => _outputs;

    /// <summary>Files beside it that hold its tensors, as it calls them.</summary>
    public IReadOnlyCollection<string> ExternalFiles => _external;

    /// <exception cref="CheckpointException">It is broken, or no ONNX graph.</exception>
    public static OnnxFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        path = System.IO.Path.GetFullPath(path);
        using FileStream stream = ModelStream.Open(path);
        return stream.Length == 0
            ? throw new CheckpointException(path, CheckpointProblem.Empty, "The file is empty. Download it again.")
            : ModelStream.Guard(path, () =>
            {
                using OnnxReader reader = new(stream, path);
                return new OnnxFile(path, reader);
            });
    }

    public OnnxSlot? Input(string name) => _inputs.Find(slot => slot.Name == name);

    public OnnxSlot? Output(string name) => _outputs.Find(slot => slot.Name == name);

    /// <summary>Not to be asked for: the graph is run as it is.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type) =>
        throw new NotSupportedException("The tensors of an ONNX graph belong to the runtime.");

    public nint AddressOf(TensorEntry tensor) => 0;

    public void ThrowIfChanged()
    {
        if (StampOf(Path) != _stamp)
        {
            throw new CheckpointException(Path, CheckpointProblem.Unreadable, $"The file {Wording.Quote(Path)} was changed since it was opened. Try again.");
        }
    }

    public void Dispose()
    {
        // Nothing is held open.
    }

    private static (long Length, DateTime ChangedAt) StampOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }

    private void AddTensor(OnnxReader reader, OnnxReader.Field tensor)
    {
        string name = "";
        List<long> dimensions = [];
        long type = 0;
        foreach (OnnxReader.Field field in reader.Fields(tensor))
        {
            switch (field.Number)
            {
                case 1:
                    dimensions.AddRange(reader.Numbers(field).Take(MostDimensions + 1 - dimensions.Count));
                    break;
                case 2:
                    type = field.Value;
                    break;
                case 8:
                    name = reader.Text(field);
                    break;
                case 13:
                    AddExternal(reader, field);
                    break;
            }
        }

        if (!s_types.TryGetValue(type, out ElementType elements))
        {
            return;
        }

        if (dimensions.Count > MostDimensions || dimensions.Exists(size => size < 0) || _tensors.Count >= MostTensors
            || !TryLength(dimensions, elements, out long length) || !_tensors.TryAdd(name, new TensorEntry(elements, new Shape([.. dimensions]), 0, length)))
        {
            throw reader.Damaged();
        }
    }

    private void AddExternal(OnnxReader reader, OnnxReader.Field entry)
    {
        string key = "", value = "";
        foreach (OnnxReader.Field field in reader.Fields(entry))
        {
            (key, value) = field.Number == 1 ? (reader.Text(field), value) : field.Number == 2 ? (key, reader.Text(field)) : (key, value);
        }

        if (key == "location" && _external.Count < MostTensors)
        {
            _external.Add(value);
        }
    }

    private static OnnxSlot ReadSlot(OnnxReader reader, OnnxReader.Field port)
    {
        string name = "";
        ElementType? type = null;
        List<long?> sizes = [];
        foreach (OnnxReader.Field field in reader.Fields(port))
        {
            if (field.Number == 1)
            {
                name = reader.Text(field);
            }
            else if (field.Number == 2)
            {
                // TypeProto, in it the tensor's type, in that elements and shape.
                foreach (OnnxReader.Field part in reader.Fields(field).Where(inner => inner.Number == 1).ToList().SelectMany(reader.Fields).ToList())
                {
                    if (part.Number == 1)
                    {
                        type = s_types.TryGetValue(part.Value, out ElementType known) ? known : null;
                    }
                    else if (part.Number == 2)
                    {
                        sizes.AddRange(reader.Fields(part).Take(MostDimensions).ToList().Select(dimension => Size(reader, dimension)));
                    }
                }
            }
        }

        return new OnnxSlot(name, type, [.. sizes]);
    }

    /// <summary>A dimension is a number, or a name.</summary>
    private static long? Size(OnnxReader reader, OnnxReader.Field dimension) =>
        reader.Fields(dimension).Where(field => field.Number == 1).Select(field => (long?)field.Value).FirstOrDefault() is > 0 and long size ? size : null;

    private static bool TryLength(List<long> dimensions, ElementType type, out long length)
    {
        length = type.ByteSize();
        foreach (long size in dimensions)
        {
            if (size > 0 && length > long.MaxValue / size)
            {
                return false;
            }

            length *= size;
        }

        return true;
    }
}
