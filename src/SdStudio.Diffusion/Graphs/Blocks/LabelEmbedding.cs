namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>What the UNet is told beside the timestep, as a vector of the same width.</summary>
internal static class LabelEmbedding
{
    /// <param name="label">[batch, width]</param>
    /// <returns>[batch, cTime]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value label) =>
        g.Linear(g.Silu(g.Linear(label, weights["0"])), weights["2"]);
}
