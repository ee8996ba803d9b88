namespace SdStudio.Diffusion.Inference;

/// <summary>How a network's weights get to the runtime.</summary>
internal enum WeightDelivery
{
    /// <summary>Converted to float32 once, in memory of our own, and bound: no copy inside the runtime, no folding, quick to change.</summary>
    Converted,

    /// <summary>The mapped file itself is bound where its type allows, and converted inside the graph at each use.</summary>
    Mapped,

    /// <summary>The runtime reads the file while it loads the graph: for accelerators, which copy weights anyway, and for small networks worth folding.</summary>
    File,
}
