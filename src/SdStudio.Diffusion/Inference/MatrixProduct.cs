using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// A large product of two square matrices on the CPU by the runtime itself: the speed to compare networks with, because seconds differ from
/// machine to machine and from minute to minute, and the share of that speed does not.
/// </summary>
public sealed class MatrixProduct : IDisposable
{
    private const int Size = 2048;
    private const int Repeats = 3;

    private readonly InferenceSession _session;
    private readonly OrtValue _a, _b;
    private readonly RunOptions _options = new();

    public MatrixProduct(InferenceSettings settings)
    {
        OnnxGraph graph = new();
        string side = Size.ToString(CultureInfo.InvariantCulture);
        graph.Inputs.Add(new("a", ElementType.Float32, [side, side]));
        graph.Inputs.Add(new("b", ElementType.Float32, [side, side]));
        graph.Nodes.Add(new("product", "MatMul", "", ["a", "b"], ["c"], []));
        graph.Outputs.Add(new("c", ElementType.Float32, [side, side]));
        using SessionOptions options = Providers.NewOptions(settings);
        _session = new InferenceSession(graph.ToBytes(), options);
        float[] values = [.. Enumerable.Range(0, Size * Size).Select(i => MathF.Sin(i))];
        _a = OrtValue.CreateTensorValueFromMemory(values, [Size, Size]);
        _b = OrtValue.CreateTensorValueFromMemory((float[])values.Clone(), [Size, Size]);
    }

    /// <summary>10^9 operations of one <see cref="Measure"/>.</summary>
    public static double Gigaoperations => Repeats * 2.0 * Size * Size * Size / 1e9;

    /// <returns>10^9 operations a second; a multiplication and an addition are two.</returns>
    public double Measure()
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < Repeats; i++)
        {
            using IDisposableReadOnlyCollection<OrtValue> result = _session.Run(_options, ["a", "b"], [_a, _b], ["c"]);
        }

        return Gigaoperations / watch.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
