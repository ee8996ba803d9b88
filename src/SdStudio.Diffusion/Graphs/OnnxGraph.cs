namespace SdStudio.Diffusion.Graphs;

/// <summary>A graph as ONNX knows it: nodes in order, tensors, inputs and outputs. Knows nothing of any runtime.</summary>
internal sealed class OnnxGraph
{
    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>What changes from run to run.</summary>
    public List<OnnxPort> Inputs { get; } = [];

    /// <summary>Weights that are bound to a session (<see cref="WeightRoute.Input"/>); in the file they are inputs as well.</summary>
    public List<OnnxPort> WeightInputs { get; } = [];

    public List<OnnxPort> Outputs { get; } = [];

    /// <summary>The folder that file tensors lie in, if there are any.</summary>
    public string? WeightFolder { get; set; }

    /// <summary>The graph as the bytes of an ONNX model.</summary>
    public byte[] ToBytes() => OnnxWriter.Write(this);
}
