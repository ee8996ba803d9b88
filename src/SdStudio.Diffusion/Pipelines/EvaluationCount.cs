namespace SdStudio.Diffusion.Pipelines;

/// <summary>Evaluations of the network for one picture; where a second model takes over, it counts on.</summary>
internal sealed class EvaluationCount
{
    private int _next;

    /// <returns>From 0.</returns>
    public int Next() => _next++;
}
