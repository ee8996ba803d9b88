using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Graphs;

public sealed class UNetGraphTests : IDisposable
{
    private static readonly OperatorChoices s_cpu = new(ElementType.Float32, AttentionForm.Fused, NormForm.InstanceThenBatch, LinearForm.FusedTranspose);

    private readonly TinyCheckpoint _file = TinyCheckpoint.Folder();
    private readonly Checkpoint _checkpoint;

    public UNetGraphTests()
    {
        _checkpoint = Checkpoint.Open(_file.Path);
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Build_FromACompleteCheckpoint_UsesEveryWeightOnceAndNoOther()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float32));

        Assert.Equal(_checkpoint.UNet.Names.Order(StringComparer.Ordinal), graph.WeightInputs.Select(w => w.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_Always_NamesNodesOnceAndInOrder()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float32));

        HashSet<string> known = [.. graph.Inputs.Concat(graph.WeightInputs).Select(p => p.Name), .. graph.Initializers.Select(i => i.Name), ""];
        Assert.Distinct(graph.Nodes.Select(n => n.Name));
        foreach (OnnxNode node in graph.Nodes)
        {
            Assert.All(node.Inputs, input => Assert.Contains(input, known));
            Assert.All(node.Outputs, output => Assert.True(known.Add(output), $"{output} is made twice."));
        }
    }

    [Fact]
    public void Build_Always_NamesNodesAfterTheCheckpointsKeys()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float32));

        OnnxNode conv = graph.Nodes.Single(n => n.Name == "input_blocks.1.0.in_layers.2/Conv");
        Assert.Equal(["input_blocks.1.0.in_layers.2.weight", "input_blocks.1.0.in_layers.2.bias"], conv.Inputs.Skip(1));
        Assert.Contains(graph.Nodes, n => n.Name == "input_blocks.1.1.transformer_blocks.0.attn2.to_q/FusedMatMul");
    }

    [Fact]
    public void Build_WithSettings_PutsHeadsAndGroupsIntoNodes()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float32), new UNetSettings([4, 2], NormGroups: 2));

        OnnxNode first = graph.Nodes.First(n => n.Operator == "MultiHeadAttention");
        OnnxNode middle = graph.Nodes.Single(n => n.Operator == "MultiHeadAttention" && n.Name.StartsWith("middle_block.1.transformer_blocks.0.attn1", StringComparison.Ordinal));
        Assert.Contains(("num_heads", (object)4L), first.Attributes);
        Assert.Contains(("num_heads", (object)2L), middle.Attributes);
        string ones = graph.Nodes.First(n => n.Operator == "InstanceNormalization").Inputs[1];
        Assert.Equal(2, graph.Initializers.Single(i => i.Name == ones).Shape[0]);
    }

    [Fact]
    public void Build_ForACpu_UsesItsOperators()
    {
        string[] operators = Operators(Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float32)));

        Assert.Contains("MultiHeadAttention", operators);
        Assert.Contains("BatchNormalization", operators);
        Assert.Contains("FusedMatMul", operators);
        Assert.DoesNotContain("Softmax", operators);
        Assert.DoesNotContain("MatMul", operators);
        Assert.DoesNotContain("Cast", operators);
    }

    [Fact]
    public void Build_WithTheOtherForms_LeavesTheRuntimesOwnOperatorsOut()
    {
        OperatorChoices plain = new(ElementType.Float32, AttentionForm.Decomposed, NormForm.InstanceThenScale, LinearForm.Transpose);
        string[] operators = Operators(Build(plain, new WeightForm(WeightRoute.Input, ElementType.Float32)));

        Assert.Contains("Softmax", operators);
        Assert.DoesNotContain("MultiHeadAttention", operators);
        Assert.DoesNotContain("BatchNormalization", operators);
        Assert.DoesNotContain("FusedMatMul", operators);
    }

    [Fact]
    public void Build_WithWeightsOfAnotherType_ConvertsEachOnce()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.Input, ElementType.Float16));

        string[] converted = [.. graph.Nodes.Where(n => n.Operator == "Cast").Select(n => n.Inputs[0])];
        Assert.Equal(graph.WeightInputs.Select(w => w.Name).Order(StringComparer.Ordinal), converted.Order(StringComparer.Ordinal));
        Assert.All(graph.WeightInputs, w => Assert.Equal(ElementType.Float16, w.Type));
    }

    [Fact]
    public void Build_WithWeightsInTheFile_PointsAtTheirBytes()
    {
        OnnxGraph graph = Build(s_cpu, new WeightForm(WeightRoute.File, ElementType.Float16));

        Assert.Empty(graph.WeightInputs);
        OnnxTensor weight = graph.Initializers.Single(i => i.Name == "out.2.weight");
        WeightLocation location = _checkpoint.UNet.LocationOf("out.2.weight");
        Assert.Equal((location.Offset, location.Length), (weight.Offset, weight.Length));
        Assert.Equal(location.Path, Path.Combine(graph.WeightFolder!, weight.FileName!));
    }

    [Fact]
    public void Build_InHalfPrecision_KeepsPortsAndSinusoidsInSinglePrecision()
    {
        OperatorChoices half = s_cpu with { Precision = ElementType.Float16 };
        OnnxGraph graph = Build(half, new WeightForm(WeightRoute.File, ElementType.Float16));

        Assert.All(graph.Inputs.Concat(graph.Outputs), p => Assert.Equal(ElementType.Float32, p.Type));
        OnnxNode angles = graph.Nodes.Single(n => n.Operator == "Cos");
        OnnxNode product = graph.Nodes.Single(n => n.Name == angles.Inputs[0]);
        Assert.Equal(ElementType.Float32, graph.Initializers.Single(i => i.Name == product.Inputs[1]).Type);
    }

    [Fact]
    public void Build_WithTaps_MakesMarkedValuesOutputs()
    {
        GraphBuilder g = new(_checkpoint.UNet, _ => new WeightForm(WeightRoute.Input, ElementType.Float32), s_cpu, ["middle_block"]);
        UNetGraph.Build(g, _checkpoint.UNetSettings);

        Assert.Equal([GraphBuilder.TapOutput("middle_block"), UNetGraph.Result], g.Graph.Outputs.Select(o => o.Name));
    }

    private static string[] Operators(OnnxGraph graph) => [.. graph.Nodes.Select(n => n.Operator).Distinct()];

    private OnnxGraph Build(OperatorChoices operators, WeightForm form, UNetSettings? settings = null)
    {
        GraphBuilder g = new(_checkpoint.UNet, _ => form, operators);
        UNetGraph.Build(g, settings ?? _checkpoint.UNetSettings);
        return g.Graph;
    }
}
