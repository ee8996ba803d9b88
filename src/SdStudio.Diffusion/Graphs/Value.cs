namespace SdStudio.Diffusion.Graphs;

/// <summary>A tensor that flows through a graph; the name of the edge in the ONNX file.</summary>
internal readonly record struct Value(string Name);
