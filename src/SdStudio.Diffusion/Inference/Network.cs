using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// A graph that runs. Builds a session when one is first needed and again when the way weights get into it or, on providers that want
/// fixed shapes, sizes changed. One run at a time.
/// </summary>
internal sealed class Network : INetwork
{
    /// <summary>Of fixed sizes two are kept: prompt and negative prompt of different length take turns within every step.</summary>
    private const int MostSessions = 2;

    private readonly string _name;
    private readonly ExecutionPlan _plan;
    private readonly WeightBuffers _weights;
    private readonly Action<GraphBuilder> _build;
    private readonly IReadOnlyCollection<string> _taps;

    /// <summary>The most recently used first.</summary>
    private readonly List<NetworkSession> _sessions = [];

    /// <param name="name">As a person would say it in a message: "UNet".</param>
    /// <param name="weights">Shared with others; the caller disposes them, after this.</param>
    /// <param name="taps">Marked values to return as well, see <see cref="GraphBuilder.Mark"/>.</param>
    public Network(
        string name, ExecutionPlan plan, WeightBuffers weights, Action<GraphBuilder> build, IReadOnlyCollection<string>? taps = null)
    {
        (_name, _plan, _weights, _build, _taps) = (name, plan, weights, build, taps ?? []);
        if (!plan.StaticShapes)
        {
            Guarded(() => SessionFor([]));
        }
    }

    /// <summary>How many sessions were built so far.</summary>
    internal int SessionsBuilt { get; private set; }

    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyList<NetworkInput> inputs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<(string, OrtValue Tensor)> tensors = [];
        try
        {
            return Guarded(() =>
            {
                NetworkSession session = SessionFor(inputs);
                tensors.AddRange(inputs.Select(input => (input.Name, input.ToTensor())));
                return Run(session, tensors, cancellation);
            });
        }
        catch (InferenceException e) when (cancellation.IsCancellationRequested && e.InnerException is OnnxRuntimeException cause && InferenceException.IsTerminated(cause))
        {
            throw new OperationCanceledException($"The {_name} was stopped.", cause, cancellation);
        }
        finally
        {
            tensors.ForEach(t => t.Tensor.Dispose());
        }
    }

    public void Dispose() => Close(_ => true);

    private Dictionary<string, float[]> Run(NetworkSession session, List<(string, OrtValue)> tensors, CancellationToken cancellation)
    {
        using RunOptions options = new();
        if (_plan.ShrinksArena)
        {
            options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }

        using (cancellation.Register(() => options.Terminate = true))
        {
            return session.Run(tensors, options);
        }
    }

    /// <summary>Turns what the runtime throws into messages for a person.</summary>
    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is OnnxRuntimeException or OutOfMemoryException)
        {
            InferenceException failure = InferenceException.From(e, _name);
            if (failure.Reason == InferenceFailure.DeviceLost)
            {
                // A session of a lost device never works again; a new one may.
                Close(_ => true);
            }

            throw failure;
        }
    }

    private NetworkSession SessionFor(IReadOnlyList<NetworkInput> inputs)
    {
        string sizes = _plan.StaticShapes ? string.Join(' ', inputs.SelectMany(i => i.Shape)) : "";
        Close(session => session.Layout != _weights.Layout);

        NetworkSession? session = _sessions.Find(s => s.Sizes == sizes);
        if (session is null)
        {
            Close(s => _sessions.IndexOf(s) >= MostSessions - 1);
            session = Build(inputs, sizes);
        }

        _sessions.Remove(session);
        _sessions.Insert(0, session);
        return session;
    }

    private NetworkSession Build(IReadOnlyList<NetworkInput> inputs, string sizes)
    {
        GraphBuilder builder = new(_weights.Source, _weights.FormOf, _plan.Operators, _taps);
        _build(builder);
        OnnxGraph graph = builder.Graph;
        _weights.Load();

        using SessionOptions options = _plan.NewOptions();
        if (graph.WeightFolder is { } folder)
        {
            _weights.Source.ThrowIfChanged();
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        }

        if (_plan.StaticShapes)
        {
            FixSizes(options, graph, inputs);
        }

        SessionsBuilt++;
        return new NetworkSession(graph, _weights, options, sizes, _weights.Layout);
    }

    private static void FixSizes(SessionOptions options, OnnxGraph graph, IReadOnlyList<NetworkInput> inputs)
    {
        Dictionary<string, long> sizes = [];
        foreach (NetworkInput input in inputs)
        {
            OnnxPort port = graph.Inputs.First(p => p.Name == input.Name);
            for (int axis = 0; axis < port.Dimensions.Count; axis++)
            {
                if (!char.IsAsciiDigit(port.Dimensions[axis][0]))
                {
                    sizes[port.Dimensions[axis]] = input.Shape[axis];
                }
            }
        }

        foreach ((string dimension, long size) in sizes)
        {
            options.AddFreeDimensionOverrideByName(dimension, size);
        }
    }

    private void Close(Predicate<NetworkSession> which)
    {
        List<NetworkSession> closing = _sessions.FindAll(which);
        foreach (NetworkSession session in closing)
        {
            _sessions.Remove(session);
            session.Dispose();
        }
    }
}
