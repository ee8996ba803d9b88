using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;

namespace SdStudio.Diffusion.Inference;

/// <summary>One session of a network, with the weights that its graph asked for bound to it.</summary>
internal sealed class NetworkSession : IDisposable
{
    private readonly OnnxGraph _graph;
    private readonly WeightBuffers _weights;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private int _boundVersion;

    /// <param name="sizes">Sizes that the session is fixed to; empty where it serves all.</param>
    /// <param name="layout">The weights' layout that the graph was built for.</param>
    public NetworkSession(OnnxGraph graph, WeightBuffers weights, SessionOptions options, string sizes, int layout)
    {
        (_graph, _weights, Sizes, Layout) = (graph, weights, sizes, layout);
        _session = new InferenceSession(graph.ToBytes(), options);
        try
        {
            _binding = _session.CreateIoBinding();
            BindWeights();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Sizes { get; }

    public int Layout { get; }

    /// <returns>Outputs by name, row-major float32.</returns>
    public Dictionary<string, float[]> Run(IEnumerable<(string Name, OrtValue Value)> inputs, RunOptions options)
    {
        if (_boundVersion != _weights.Version)
        {
            BindWeights();
        }

        foreach ((string name, OrtValue value) in inputs)
        {
            _binding.BindInput(name, value);
        }

        // Bound anew each time: after a run the binding holds the last result, and would want the next one to have its shape.
        _binding.ClearBoundOutputs();
        foreach (OnnxPort output in _graph.Outputs)
        {
            _binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
        }

        _session.RunWithBinding(options, _binding);
        Dictionary<string, float[]> results = [];
        using IDisposableReadOnlyCollection<OrtValue> outputs = _binding.GetOutputValues();
        for (int i = 0; i < outputs.Count; i++)
        {
            results.Add(_graph.Outputs[i].Name, outputs[i].GetTensorDataAsSpan<float>().ToArray());
        }

        _binding.ClearBoundOutputs();
        return results;
    }

    public void Dispose()
    {
        _binding?.Dispose();
        _session.Dispose();
    }

    private void BindWeights()
    {
        foreach (OnnxPort weight in _graph.WeightInputs)
        {
            _binding.BindInput(weight.Name, _weights[weight.Name].Value);
        }

        _boundVersion = _weights.Version;
    }
}
