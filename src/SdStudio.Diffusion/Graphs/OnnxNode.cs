namespace SdStudio.Diffusion.Graphs;

/// <summary>One operation.</summary>
/// <param name="Domain">Empty for ONNX itself, <c>com.microsoft</c> for the runtime's own operators.</param>
/// <param name="Attributes">Values are long, float, string or long[].</param>
internal sealed record OnnxNode(
    string Name,
    string Operator,
    string Domain,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<(string Name, object Value)> Attributes);
