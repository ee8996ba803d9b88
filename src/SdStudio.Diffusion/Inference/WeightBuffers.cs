using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// The weights of one network as the runtime gets them, shared by all its sessions. This is where LoRAs are merged:
/// <see cref="Modify"/> starts from the file's values every time, so nothing is left over from an earlier merge.
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

    internal IWeightSource Source => _source;

    public bool Contains(string name) => _source.Contains(name);

    /// <summary>Replaces a weight by what <paramref name="change"/> makes of the file's values, row-major. Seen from the next run on.</summary>
    /// <exception cref="CheckpointException">The weight is missing.</exception>
    /// <exception cref="InferenceException">Memory does not suffice.</exception>
    public void Modify(string name, Action<Span<float>> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _ = this[name];

        // Named before it is tried: what fails half-way has to be restored like what succeeded.
        _modified.Add(name);
        Change(name, buffer => buffer.Modify(change));
    }

    /// <summary>Brings back the file's values, bit for bit.</summary>
    public void Restore(string name)
    {
        if (_modified.Contains(name))
        {
            Change(name, buffer => buffer.Restore());
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
            Parallel.ForEach(
                System.Collections.Concurrent.Partitioner.Create(waiting, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                buffer => buffer.Load());
        }
        catch (AggregateException e)
        {
            Exception cause = e.InnerExceptions.FirstOrDefault(inner => inner is OutOfMemoryException) ?? e.InnerExceptions[0];
            throw cause is OutOfMemoryException ? InferenceException.From(cause, "model's weights") : cause;
        }
    }

    private void Change(string name, Action<WeightBuffer> change)
    {
        WeightBuffer buffer = this[name];
        WeightForm before = buffer.Form;
        try
        {
            change(buffer);
        }
        catch (OutOfMemoryException e)
        {
            throw InferenceException.From(e, "merged weights");
        }
        finally
        {
            // After a failure too: memory that sessions are bound to may be gone.
            Version++;
            if (buffer.Form != before)
            {
                Layout++;
            }
        }
    }
}
