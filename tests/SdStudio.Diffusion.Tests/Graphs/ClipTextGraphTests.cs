using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Graphs;

public sealed class ClipTextGraphTests
{
    private static readonly OperatorChoices s_cpu = new(ElementType.Float32, AttentionForm.Fused, NormForm.InstanceThenBatch, LinearForm.FusedTranspose);

    [Fact]
    public void Build_WithFewerLayers_LeavesTheLastOnesOut()
    {
        using TinyCheckpoint file = TinyCheckpoint.Folder();
        using Checkpoint checkpoint = Checkpoint.Open(file.Path);
        int layers = ClipTextGraph.Layers(new WeightScope(checkpoint.TextEncoder));

        GraphBuilder g = new(checkpoint.TextEncoder, _ => new WeightForm(WeightRoute.Input, ElementType.Float32), s_cpu);
        ClipTextGraph.Build(g, checkpoint.TextEncoderSettings[0], layers - 1);

        Assert.Equal(layers - 1, g.Graph.Nodes.Count(n => n.Operator == "MultiHeadAttention"));
        Assert.DoesNotContain(g.Graph.WeightInputs, w => w.Name.Contains($"layers.{layers - 1}.", StringComparison.Ordinal));
        Assert.Contains(g.Graph.WeightInputs, w => w.Name == "text_model.final_layer_norm.weight");
    }

    [Fact]
    public void Build_WithAnotherActivation_UsesIt()
    {
        using TinyCheckpoint file = TinyCheckpoint.Folder();
        using Checkpoint checkpoint = Checkpoint.Open(file.Path);

        GraphBuilder g = new(checkpoint.TextEncoder, _ => new WeightForm(WeightRoute.Input, ElementType.Float32), s_cpu);
        ClipTextGraph.Build(g, checkpoint.TextEncoderSettings[0] with { Activation = TextActivation.Gelu }, 1);

        Assert.Contains(g.Graph.Nodes, n => n.Operator == "Gelu");
        Assert.DoesNotContain(g.Graph.Nodes, n => n.Operator == "QuickGelu");
    }
}
