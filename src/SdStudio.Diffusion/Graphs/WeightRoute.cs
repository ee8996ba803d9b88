namespace SdStudio.Diffusion.Graphs;

/// <summary>How a weight gets into a graph.</summary>
internal enum WeightRoute
{
    /// <summary>Bound to the session before it runs; the runtime never copies it, and its values may change between runs.</summary>
    Input,

    /// <summary>The runtime reads it from the model file while it loads the graph, and may fold it.</summary>
    File,
}
