using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// A graph with its session and bound weights. Builds the session when it is first needed and again when weights or, on providers that want
/// fixed shapes, sizes changed. One run at a time.
/// </summary>
internal sealed class Network : IDisposable
{
    private readonly string _name;
    private readonly ExecutionPlan _plan;
    private readonly WeightBuffers _weights;
    private readonly Action<GraphBuilder> _build;
    private readonly IReadOnlyCollection<string> _taps;
    private OnnxGraph? _graph;
    private InferenceSession? _session;
    private OrtIoBinding? _binding;
    private int _boundVersion, _layout;
    private string _sizes = "";

    /// <param name="name">As a person would say it in a message: "UNet".</param>
    /// <param name="weights">Shared with others; the caller disposes them, after this.</param>
    /// <param name="taps">Marked values to return as well, see <see cref="GraphBuilder.Mark"/>.</param>
    public Network(
        string name, ExecutionPlan plan, WeightBuffers weights, Action<GraphBuilder> build, IReadOnlyCollection<string>? taps = null)
    {
        (_name, _plan, _weights, _build, _taps) = (name, plan, weights, build, taps ?? []);
        if (!plan.StaticShapes)
        {
            Open([]);
        }
    }

    /// <summary>How many sessions were built so far.</summary>
    internal int SessionsBuilt { get; private set; }

    /// <returns>Outputs by name, row-major float32.</returns>
    /// <exception cref="OperationCanceledException">Within a fraction of a run; the network stays usable.</exception>
    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyList<NetworkInput> inputs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<OrtValue> values = [];
        try
        {
            Prepare(inputs);
            foreach (NetworkInput input in inputs)
            {
                OrtValue value = input.ToTensor();
                values.Add(value);
                _binding!.BindInput(input.Name, value);
            }

            return Run(cancellation);
        }
        catch (OnnxRuntimeException e) when (cancellation.IsCancellationRequested && InferenceException.IsTerminated(e))
        {
            throw new OperationCanceledException($"The {_name} was stopped.", e, cancellation);
        }
        catch (Exception e) when (e is OnnxRuntimeException or OutOfMemoryException)
        {
            InferenceException failure = InferenceException.From(e, _name);
            if (failure.Reason == InferenceFailure.DeviceLost)
            {
                // A session of a lost device never works again; a new one may.
                Close();
            }

            throw failure;
        }
        finally
        {
            values.ForEach(v => v.Dispose());
        }
    }

    public void Dispose() => Close();

    private Dictionary<string, float[]> Run(CancellationToken cancellation)
    {
        // Bound anew each time: after a run the binding holds the last result, and would want the next one to have its shape.
        _binding!.ClearBoundOutputs();
        foreach (OnnxPort output in _graph!.Outputs)
        {
            _binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
        }

        using RunOptions options = new();
        if (_plan.ShrinksArena)
        {
            options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }

        using (cancellation.Register(() => options.Terminate = true))
        {
            _session!.RunWithBinding(options, _binding);
        }

        Dictionary<string, float[]> results = [];
        using IDisposableReadOnlyCollection<OrtValue> outputs = _binding.GetOutputValues();
        for (int i = 0; i < outputs.Count; i++)
        {
            results.Add(_graph.Outputs[i].Name, outputs[i].GetTensorDataAsSpan<float>().ToArray());
        }

        _binding.ClearBoundOutputs();
        return results;
    }

    private void Prepare(IReadOnlyList<NetworkInput> inputs)
    {
        string sizes = _plan.StaticShapes ? string.Join(' ', inputs.SelectMany(i => i.Shape)) : "";
        if (_session is null || _layout != _weights.Layout || sizes != _sizes)
        {
            Close();
            Open(inputs);
            _sizes = sizes;
        }
        else if (_boundVersion != _weights.Version)
        {
            BindWeights();
        }
    }

    private void Open(IReadOnlyList<NetworkInput> inputs)
    {
        try
        {
            GraphBuilder builder = new(_weights.Source, _weights.FormOf, _plan.Operators, _taps);
            _build(builder);
            _graph = builder.Graph;
            _layout = _weights.Layout;
            _weights.Load();

            using SessionOptions options = _plan.NewOptions();
            if (_graph.WeightFolder is { } folder)
            {
                options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
            }

            if (_plan.StaticShapes)
            {
                FixSizes(options, _graph, inputs);
            }

            _session = new InferenceSession(_graph.ToBytes(), options);
            SessionsBuilt++;
            _binding = _session.CreateIoBinding();
            BindWeights();
        }
        catch (Exception e) when (e is OnnxRuntimeException or OutOfMemoryException)
        {
            Close();
            throw InferenceException.From(e, _name);
        }
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

    private void BindWeights()
    {
        foreach (OnnxPort weight in _graph!.WeightInputs)
        {
            _binding!.BindInput(weight.Name, _weights[weight.Name].Value);
        }

        _boundVersion = _weights.Version;
    }

    private void Close()
    {
        _binding?.Dispose();
        _session?.Dispose();
        (_binding, _session) = (null, null);
    }
}
