using System.Globalization;
using Google.Protobuf;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>
/// Writes the few messages of onnx.proto that a graph needs. Field numbers are those of that file; a message inside a message is
/// written with its length first, so each is made by itself and then put into its parent.
/// </summary>
internal static class OnnxWriter
{
    /// <summary>IR version 9 belongs to opset 18 and later, and is read by every runtime since 1.16.</summary>
    private const int IrVersion = 9;

    private const int Opset = 18;

    /// <summary>The number of an element type in TensorProto.DataType.</summary>
    public static int DataType(ElementType type) => type switch
    {
        ElementType.Float32 => 1,
        ElementType.Int64 => 7,
        ElementType.Float16 => 10,
        ElementType.BFloat16 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Graphs hold Float32, Float16, BFloat16 and Int64."),
    };

    public static byte[] Write(OnnxGraph graph) => Message(model =>
    {
        WriteInt(model, 1, IrVersion);
        WriteString(model, 2, "SdStudio");
        WriteMessage(model, 7, g => WriteGraph(g, graph));
        WriteMessage(model, 8, o => WriteOpset(o, "", Opset));
        WriteMessage(model, 8, o => WriteOpset(o, "com.microsoft", 1));
    });

    private static void WriteOpset(CodedOutputStream o, string domain, int version)
    {
        WriteString(o, 1, domain);
        WriteInt(o, 2, version);
    }

    private static void WriteGraph(CodedOutputStream o, OnnxGraph graph)
    {
        foreach (OnnxNode node in graph.Nodes)
        {
            WriteMessage(o, 1, n => WriteNode(n, node));
        }

        WriteString(o, 2, "network");
        foreach (OnnxTensor tensor in graph.Initializers)
        {
            WriteMessage(o, 5, t => WriteTensor(t, tensor));
        }

        foreach (OnnxPort input in graph.Inputs.Concat(graph.WeightInputs))
        {
            WriteMessage(o, 11, v => WritePort(v, input));
        }

        foreach (OnnxPort output in graph.Outputs)
        {
            WriteMessage(o, 12, v => WritePort(v, output));
        }
    }

    private static void WriteNode(CodedOutputStream o, OnnxNode node)
    {
        foreach (string input in node.Inputs)
        {
            WriteString(o, 1, input);
        }

        foreach (string output in node.Outputs)
        {
            WriteString(o, 2, output);
        }

        WriteString(o, 3, node.Name);
        WriteString(o, 4, node.Operator);
        foreach ((string name, object value) in node.Attributes)
        {
            WriteMessage(o, 5, a => WriteAttribute(a, name, value));
        }

        if (node.Domain.Length > 0)
        {
            WriteString(o, 7, node.Domain);
        }
    }

    private static void WriteAttribute(CodedOutputStream o, string name, object value)
    {
        const int Float = 1, Int = 2, String = 3, Ints = 7;
        WriteString(o, 1, name);
        switch (value)
        {
            case float number:
                o.WriteTag(2, WireFormat.WireType.Fixed32);
                o.WriteFloat(number);
                WriteInt(o, 20, Float);
                break;
            case long number:
                WriteInt(o, 3, number);
                WriteInt(o, 20, Int);
                break;
            case string text:
                WriteString(o, 4, text);
                WriteInt(o, 20, String);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    WriteInt(o, 8, number);
                }

                WriteInt(o, 20, Ints);
                break;
            default:
                throw new ArgumentException($"Attribute {name} has an unknown type, {value.GetType()}.", nameof(value));
        }
    }

    private static void WriteTensor(CodedOutputStream o, OnnxTensor tensor)
    {
        const int External = 1;
        foreach (long dimension in tensor.Shape.Dimensions)
        {
            WriteInt(o, 1, dimension);
        }

        WriteInt(o, 2, DataType(tensor.Type));
        WriteString(o, 8, tensor.Name);
        if (tensor.Bytes is not null)
        {
            o.WriteTag(9, WireFormat.WireType.LengthDelimited);
            o.WriteBytes(UnsafeByteOperations.UnsafeWrap(tensor.Bytes));
            return;
        }

        (string, string)[] entries =
        [
            ("location", tensor.FileName ?? throw new InvalidOperationException($"{tensor.Name} has neither bytes nor a file.")),
            ("offset", tensor.Offset.ToString(CultureInfo.InvariantCulture)),
            ("length", tensor.Length.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach ((string key, string value) in entries)
        {
            WriteMessage(o, 13, e =>
            {
                WriteString(e, 1, key);
                WriteString(e, 2, value);
            });
        }

        WriteInt(o, 14, External);
    }

    private static void WritePort(CodedOutputStream o, OnnxPort port)
    {
        WriteString(o, 1, port.Name);
        WriteMessage(o, 2, type => WriteMessage(type, 1, tensor =>
        {
            WriteInt(tensor, 1, DataType(port.Type));
            WriteMessage(tensor, 2, shape =>
            {
                foreach (string dimension in port.Dimensions)
                {
                    WriteMessage(shape, 1, d =>
                    {
                        if (long.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                        {
                            WriteInt(d, 1, size);
                        }
                        else
                        {
                            WriteString(d, 2, dimension);
                        }
                    });
                }
            });
        }));
    }

    private static void WriteInt(CodedOutputStream o, int field, long value)
    {
        o.WriteTag(field, WireFormat.WireType.Varint);
        o.WriteInt64(value);
    }

    private static void WriteString(CodedOutputStream o, int field, string value)
    {
        o.WriteTag(field, WireFormat.WireType.LengthDelimited);
        o.WriteString(value);
    }

    private static void WriteMessage(CodedOutputStream o, int field, Action<CodedOutputStream> body)
    {
        byte[] bytes = Message(body);
        o.WriteTag(field, WireFormat.WireType.LengthDelimited);
        o.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }

    private static byte[] Message(Action<CodedOutputStream> body)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream o = new(stream, leaveOpen: true))
        {
            body(o);
        }

        return stream.ToArray();
    }
}
