using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// How far a model is loaded, as the share of its weights' bytes that were read. Weights that the runtime takes from the mapped file without
/// reading them here count when their network is ready.
/// </summary>
internal sealed class LoadProgress : IDisposable
{
    private readonly IProgress<double>? _progress;
    private readonly ComponentWeights[] _weights;
    private readonly long _whole;

    /// <summary>Bytes of the networks that are ready.</summary>
    private long _ready;

    /// <summary>Bytes that were read of the one that is loaded now.</summary>
    private long _read;

    /// <param name="weights">Of the networks, in the order in which they are loaded.</param>
    /// <param name="progress">Told 0 to 1, on any thread; null: nobody.</param>
    public LoadProgress(IEnumerable<IWeightSource> weights, IProgress<double>? progress)
    {
        _progress = progress;
        _weights = progress is null ? [] : [.. weights.OfType<ComponentWeights>()];
        _whole = _weights.Sum(network => network.Bytes);
        foreach (ComponentWeights network in _weights)
        {
            network.WasRead = bytes => Report(Interlocked.Add(ref _read, bytes));
        }

        _progress?.Report(0);
    }

    /// <summary>One more network is ready.</summary>
    public void Finish(IWeightSource network)
    {
        if (network is ComponentWeights weights && _weights.Contains(weights))
        {
            weights.WasRead = null;
            _ready += weights.Bytes;
            _read = 0;
            Report(0);
        }
    }

    /// <summary>Nothing is reported any more: LoRAs read weights as well.</summary>
    public void Dispose()
    {
        foreach (ComponentWeights network in _weights)
        {
            network.WasRead = null;
        }
    }

    private void Report(long read)
    {
        if (_whole > 0)
        {
            _progress!.Report(Math.Min(1, (double)(_ready + read) / _whole));
        }
    }
}
