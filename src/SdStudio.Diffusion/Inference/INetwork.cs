namespace SdStudio.Diffusion.Inference;

/// <summary>A network that runs: a graph of our own, or one that a model brings. One run at a time.</summary>
internal interface INetwork : IDisposable
{
    /// <returns>Outputs by name, row-major float32.</returns>
    /// <exception cref="InferenceException">It failed; another run may still succeed.</exception>
    /// <exception cref="OperationCanceledException">Within a fraction of a run; the network stays usable.</exception>
    IReadOnlyDictionary<string, float[]> Run(IReadOnlyList<NetworkInput> inputs, CancellationToken cancellation);
}
