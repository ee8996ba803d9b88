using Google.Protobuf;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Graphs;

/// <summary>The bytes against onnx.proto, field by field; that a runtime reads them, every network's test shows.</summary>
public sealed class OnnxWriterTests
{
    [Fact]
    public void Write_Always_NamesVersionsAndOperatorSets()
    {
        List<(int Field, object Value)> model = Fields(new OnnxGraph().ToBytes());

        Assert.Contains((1, (object)9L), model);
        IEnumerable<List<(int, object)>> sets = model.Where(f => f.Field == 8).Select(f => Fields((byte[])f.Value));
        Assert.Equal([("", 18L), ("com.microsoft", 1L)], sets.Select(s => (Text(s, 1), (long)s.Single(f => f.Item1 == 2).Item2)));
    }

    [Fact]
    public void Write_OfANode_PutsEveryKindOfAttribute()
    {
        OnnxGraph graph = new();
        graph.Nodes.Add(new OnnxNode("n", "Op", "com.microsoft", ["a", ""], ["b"], [("i", -1L), ("s", "text"), ("l", new long[] { 3, 4 })]));

        List<(int, object)> node = Fields((byte[])Fields(Graph(graph)).Single(f => f.Field == 1).Value);
        Assert.Equal(["a", ""], node.Where(f => f.Item1 == 1).Select(f => System.Text.Encoding.UTF8.GetString((byte[])f.Item2)));
        Assert.Equal(("b", "n", "Op", "com.microsoft"), (Text(node, 2), Text(node, 3), Text(node, 4), Text(node, 7)));
        List<(int, object)>[] attributes = [.. node.Where(f => f.Item1 == 5).Select(f => Fields((byte[])f.Item2))];
        Assert.Equal([2L, 3L, 7L], attributes.Select(a => a.Single(f => f.Item1 == 20).Item2));
        Assert.Equal(-1L, attributes[0].Single(f => f.Item1 == 3).Item2);
        Assert.Equal("text", Text(attributes[1], 4));
        Assert.Equal([3L, 4L], attributes[2].Where(f => f.Item1 == 8).Select(f => f.Item2));
    }

    [Fact]
    public void Write_OfATensorInAFile_GivesItsPlace()
    {
        OnnxGraph graph = new();
        graph.Initializers.Add(new OnnxTensor("w", ElementType.BFloat16, new Shape(2, 3), null, "model.safetensors", Offset: 5_000_000_001, Length: 12));

        List<(int, object)> tensor = Fields((byte[])Fields(Graph(graph)).Single(f => f.Field == 5).Value);
        Assert.Equal([2L, 3L], tensor.Where(f => f.Item1 == 1).Select(f => f.Item2));
        Assert.Contains((2, (object)16L), tensor);
        Assert.Contains((14, (object)1L), tensor);
        Assert.Equal(
            [("location", "model.safetensors"), ("offset", "5000000001"), ("length", "12")],
            tensor.Where(f => f.Item1 == 13).Select(f => Fields((byte[])f.Item2)).Select(e => (Text(e, 1), Text(e, 2))));
    }

    [Fact]
    public void Write_OfATypeThatGraphsDoNotHold_Throws()
    {
        OnnxGraph graph = new();
        graph.Inputs.Add(new OnnxPort("x", ElementType.Int8, []));

        Assert.Throws<ArgumentOutOfRangeException>(() => graph.ToBytes());
    }

    private static byte[] Graph(OnnxGraph graph) => (byte[])Fields(graph.ToBytes()).Single(f => f.Field == 7).Value;

    private static string Text(List<(int Field, object Value)> fields, int field) =>
        System.Text.Encoding.UTF8.GetString((byte[])fields.Single(f => f.Field == field).Value);

    private static List<(int Field, object Value)> Fields(byte[] message)
    {
        List<(int, object)> fields = [];
        using CodedInputStream input = new(message);
        while (input.ReadTag() is var tag and not 0)
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                WireFormat.WireType other => throw new InvalidOperationException($"Unexpected {other}."),
            };
            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        return fields;
    }
}
