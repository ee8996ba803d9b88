using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// The LoRAs that are merged into one network. Another selection writes only the weights to which it means something else, always from the
/// pristine values of the file, so that no number of selections wears the base model.
/// </summary>
/// <param name="weights">Of the network; changed by nobody else.</param>
public sealed class MergedLoras(WeightBuffers weights)
{
    /// <summary>By weight. What is being written is not named: after a failure it is written again.</summary>
    private readonly Dictionary<string, LoraChange> _merged = new(StringComparer.Ordinal);

    /// <param name="loras">The changes of this network by each LoRA, and its strength.</param>
    /// <exception cref="DiffusionException">A LoRA is broken, or a file or memory fails; another selection still succeeds.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, perhaps with some of the weights written; the next selection writes the rest.</exception>
    public void Become(IEnumerable<(IReadOnlyDictionary<string, LoraDelta> Deltas, float Weight)> loras, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, LoraChange> wanted = LoraMerge.Changes(loras);
        foreach (string name in weights.Modified.Where(name => !wanted.ContainsKey(name)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _merged.Remove(name);
            weights.Restore(name);
        }

        Dictionary<string, LoraChange> news = wanted.Where(change => !change.Value.Equals(_merged.GetValueOrDefault(change.Key))).ToDictionary();
        foreach (string name in news.Keys)
        {
            _merged.Remove(name);
        }

        weights.Modify(news.ToDictionary(change => change.Key, change => (Action<Span<float>>)change.Value.AddTo), cancellationToken);
        foreach ((string name, LoraChange change) in news)
        {
            _merged[name] = change;
        }
    }
}
