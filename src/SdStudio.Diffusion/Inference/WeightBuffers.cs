using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// The weights of one network as the runtime gets them, shared by all its sessions. This is where LoRAs are merged:
/// <see cref="Modify(string, Action{Span{float}})"/> starts from the file's values every time, so nothing is left over from an earlier merge.
/// </summary>
/// <remarks>
/// On a CPU a change shows in the next run at once. On an accelerator, which copied its weights when it loaded the graph, a weight that is
/// modified for the first time becomes an input instead, and the session is built anew before the next run, once for any number of weights.
/// Belongs to one thread, that of its network. The weight source has to stay open while this lives.
/// </remarks>
public sealed class WeightBuffers : IDisposable
{
    private readonly IWeightSource _source;
    private readonly WeightDelivery _delivery;
    private readonly ElementType _precision;
    private readonly Dictionary<string, WeightBuffer> _buffers = [];
    private readonly SortedSet<string> _modified = new(StringComparer.Ordinal);

    internal WeightBuffers(IWeightSource source, WeightDelivery delivery, ElementType precision)
    {
        (_source, _delivery, _precision) = (source, delivery, precision);
    }

    /// <summary>Names of the weights that differ from the file.</summary>
    public IReadOnlyCollection<string> Modified => _modified;

    /// <summary>Grows when values change, so that sessions bind them again.</summary>
    internal int Version { get; private set; }

    /// <summary>Grows when a weight gets into graphs in another way than before, so that sessions have to be built anew.</summary>
    internal int Layout { get; private set; }

    /// <summary>How often a weight was modified or restored.</summary>
    internal int Writes { get; private set; }

    internal IWeightSource Source => _source;

    public bool Contains(string name) => _source.Contains(name);

    /// <summary>Replaces a weight by what <paramref name="change"/> makes of the file's values, row-major. Seen from the next run on.</summary>
    /// <exception cref="CheckpointException">The weight is missing.</exception>
    /// <exception cref="InferenceException">Memory does not suffice.</exception>
    public void Modify(string name, Action<Span<float>> change) => Modify(new Dictionary<string, Action<Span<float>>> { [name] = change }, CancellationToken.None);

    /// <summary>The same for several weights by name, on all cores.</summary>
    /// <param name="changes">Called on several threads.</param>
    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">Memory does not suffice.</exception>
    /// <exception cref="OperationCanceledException">Between two weights. Those that are not done count as modified all the same.</exception>
    public void Modify(IReadOnlyDictionary<string, Action<Span<float>>> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        (WeightBuffer Buffer, Action<Span<float>> Change)[] buffers = [.. changes.Select(change => (this[change.Key], change.Value)).OrderByDescending(change => change.Item1.ElementCount)];

        // Named before it is tried: what fails half-way has to be restored like what succeeded.
        _modified.UnionWith(changes.Keys);
        Change([.. buffers.Select(change => change.Buffer)], () => ForEach(buffers, change => change.Buffer.Modify(change.Change), cancellationToken));
    }

    /// <summary>Brings back the file's values, bit for bit.</summary>
    public void Restore(string name)
    {
        if (_modified.Contains(name))
        {
            WeightBuffer buffer = this[name];
            Change([buffer], buffer.Restore);
            _modified.Remove(name);
        }
    }

    public void Dispose()
    {
        foreach (WeightBuffer buffer in _buffers.Values)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
    }

    /// <summary>How a weight gets into the next graph that is built.</summary>
    internal WeightForm FormOf(string name) => this[name].Form;

    internal WeightBuffer this[string name]
    {
        get
        {
            if (!_buffers.TryGetValue(name, out WeightBuffer? buffer))
            {
                buffer = new WeightBuffer(_source, name, _delivery, _precision);
                _buffers.Add(name, buffer);
            }

            return buffer;
        }
    }

    /// <summary>Converts what the graphs asked for and is not there yet, the largest first so that no core is left with one at the end.</summary>
    internal void Load()
    {
        WeightBuffer[] waiting = [.. _buffers.Values.Where(b => b.BytesToLoad > 0).OrderByDescending(b => b.BytesToLoad)];
        try
        {
            ForEach(waiting, buffer => buffer.Load(), CancellationToken.None);
        }
        catch (OutOfMemoryException e)
        {
            throw InferenceException.From(e, "model's weights");
        }
    }

    /// <summary>On all cores, one item after the other; the first that fails ends it.</summary>
    private static void ForEach<T>(IEnumerable<T> items, Action<T> action, CancellationToken cancellationToken)
    {
        try
        {
            Parallel.ForEach(
                Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                action);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(inner => inner is OutOfMemoryException) ?? e.InnerExceptions[0]);
        }
    }

    private void Change(WeightBuffer[] buffers, Action change)
    {
        WeightForm[] before = [.. buffers.Select(buffer => buffer.Form)];
        Writes += buffers.Length;
        try
        {
            change();
        }
        catch (OutOfMemoryException e)
        {
            throw InferenceException.From(e, "merged weights");
        }
        finally
        {
            // After a failure too: memory that sessions are bound to may be gone.
            Version++;
            if (!buffers.Select(buffer => buffer.Form).SequenceEqual(before))
            {
                Layout++;
            }
        }
    }
}
