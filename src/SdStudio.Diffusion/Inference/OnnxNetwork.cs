using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>A graph that a model brings, run as it is. Exporters agree on the names of its inputs, but not on their types.</summary>
internal sealed class OnnxNetwork : INetwork
{
    private readonly string _name;
    private readonly ExecutionPlan _plan;
    private readonly OnnxFile _file;
    private readonly Func<NetworkInput, IEnumerable<NetworkInput>> _rename;
    private InferenceSession? _session;

    /// <param name="name">As a person would say it in a message: "UNet".</param>
    /// <param name="rename">What our own graphs take, as exporters call and divide it.</param>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public OnnxNetwork(string name, ExecutionPlan plan, OnnxFile file, Func<NetworkInput, IEnumerable<NetworkInput>> rename)
    {
        (_name, _plan, _file, _rename) = (name, plan, file, rename);
        Guarded(() => Session);
    }

    private InferenceSession Session
    {
        get
        {
            if (_session is null)
            {
                _file.ThrowIfChanged();
                using SessionOptions options = _plan.NewOptions();
                _session = new InferenceSession(_file.Path, options);
            }

            return _session;
        }
    }

    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyList<NetworkInput> inputs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<OrtValue> values = [];
        try
        {
            return Guarded(() =>
            {
                NetworkInput[] renamed = [.. inputs.SelectMany(_rename)];
                values.AddRange(_file.Inputs.Select(slot => ToTensor(Array.Find(renamed, input => input.Name == slot.Name)!, slot)));
                return Run(values, cancellation);
            });
        }
        catch (InferenceException e) when (cancellation.IsCancellationRequested && e.InnerException is OnnxRuntimeException cause && InferenceException.IsTerminated(cause))
        {
            throw new OperationCanceledException($"The {_name} was stopped.", cause, cancellation);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    private Dictionary<string, float[]> Run(List<OrtValue> inputs, CancellationToken cancellation)
    {
        OnnxSlot[] outputs = [.. _file.Outputs.Where(slot => slot.Type is ElementType.Float32 or ElementType.Float16)];
        using RunOptions options = new();
        using CancellationTokenRegistration stop = cancellation.Register(() => options.Terminate = true);
        using IDisposableReadOnlyCollection<OrtValue> answers = Session.Run(options, [.. _file.Inputs.Select(slot => slot.Name)], inputs, [.. outputs.Select(slot => slot.Name)]);
        return outputs.Zip(answers, (slot, answer) => (slot.Name, Values: ToFloats(answer, slot.Type))).ToDictionary(output => output.Name, output => output.Values);
    }

    private static float[] ToFloats(OrtValue value, ElementType? type)
    {
        if (type == ElementType.Float32)
        {
            return value.GetTensorDataAsSpan<float>().ToArray();
        }

        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>());
        float[] values = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, values);
        return values;
    }

    /// <summary>Some take the timestep as a whole number, some as a scalar, and exports in half precision take everything so.</summary>
    private OrtValue ToTensor(NetworkInput input, OnnxSlot slot)
    {
        long[] shape = slot.Dimensions.Length == 0 ? [] : input.Shape;
        return (input.Values, slot.Type) switch
        {
            (float[] numbers, ElementType.Float32) => Tensor(shape.Length == 0 ? numbers[..1] : numbers, shape),
            (float[] numbers, ElementType.Float16) => Tensor(Convert(numbers, number => (Float16)number, shape), shape),
            (float[] numbers, ElementType.Float64) => Tensor(Convert(numbers, number => (double)number, shape), shape),
            (float[] numbers, ElementType.Int64) => Tensor(Convert(numbers, number => (long)MathF.Round(number), shape), shape),
            (float[] numbers, ElementType.Int32) => Tensor(Convert(numbers, number => (int)MathF.Round(number), shape), shape),
            (long[] ids, ElementType.Int64) => Tensor(ids, shape),
            (long[] ids, ElementType.Int32) => Tensor(Array.ConvertAll(ids, id => (int)id), shape),
            _ => throw new InferenceException(InferenceFailure.Other, $"The {_name} of this ONNX model takes \"{slot.Name}\" as {slot.Type}, which SdStudio cannot give it."),
        };
    }

    private static T[] Convert<T>(float[] numbers, Converter<float, T> convert, long[] shape) => Array.ConvertAll(shape.Length == 0 ? numbers[..1] : numbers, convert);

    private static OrtValue Tensor<T>(T[] values, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);

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
                Dispose();
            }

            throw failure;
        }
    }
}
