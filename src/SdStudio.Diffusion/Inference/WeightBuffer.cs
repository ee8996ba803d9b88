using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>One weight as the runtime gets it: bytes of the mapped file, memory of our own, or a range of the file that the runtime reads itself.</summary>
internal sealed unsafe class WeightBuffer : IDisposable
{
    /// <summary>What vector instructions like; the runtime's own allocator aligns so.</summary>
    private const int Alignment = 64;

    private readonly IWeightSource _source;
    private readonly string _name;
    private readonly Shape _shape;
    private readonly WeightForm _pristine;
    private readonly WeightForm _changed;
    private readonly nint _mapped;
    private void* _owned;
    private ElementType _ownedType;
    private OrtValue? _value;

    public WeightBuffer(IWeightSource source, string name, WeightDelivery delivery, ElementType precision)
    {
        (_source, _name, _shape) = (source, name, source.ShapeOf(name));
        ElementType fileType = source.TypeOf(name);
        if (_shape.ElementCount > int.MaxValue / sizeof(float))
        {
            throw new CheckpointException(
                source.LocationOf(name).Path, CheckpointProblem.TensorTooLarge, $"The weight {Wording.Quote(name)} takes more than 2 GB, which SdStudio cannot hold in one piece.");
        }

        WeightLocation location = source.LocationOf(name);
        bool bindable = location.Address != 0 && location.Address % SizeOf(fileType) == 0;
        if (delivery == WeightDelivery.File)
        {
            // Types that graphs do not know are converted here and bound.
            bool readable = fileType is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 && !string.IsNullOrEmpty(location.Path) && location.Length > 0;
            _changed = new WeightForm(WeightRoute.Input, precision);
            _pristine = readable ? new WeightForm(WeightRoute.File, fileType) : _changed;
            Form = _pristine;
            return;
        }

        bool isMapped = bindable && fileType switch
        {
            ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 => delivery == WeightDelivery.Mapped,
            _ => false,
        };
        _mapped = isMapped ? location.Address : 0;
        _pristine = new WeightForm(WeightRoute.Input, isMapped ? fileType : ElementType.Float32);

        // A merged bfloat16 weight would lose what was merged into it, so that becomes float32 and costs a new session.
        _changed = _pristine with { Type = _pristine.Type == ElementType.BFloat16 ? ElementType.Float32 : _pristine.Type };
        Form = _pristine;
    }

    public WeightForm Form { get; private set; }

    public bool IsModified { get; private set; }

    public long ElementCount => _shape.ElementCount;

    /// <summary>Bytes that have to be converted before <see cref="Value"/> is there; 0 when nothing is to be done.</summary>
    public long BytesToLoad => Form.Route == WeightRoute.Input && _mapped == 0 && _owned == null ? ByteCount(Form.Type) : 0;

    /// <summary>The tensor to bind; only for inputs.</summary>
    public OrtValue Value
    {
        get
        {
            if (_value is null)
            {
                Load();
                nint address = _owned != null ? (nint)_owned : _mapped;
                _value = OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, TensorType(Form.Type), _shape.Dimensions.ToArray(), address, ByteCount(Form.Type));
            }

            return _value;
        }
    }

    /// <summary>Converts the file's values where they are needed in memory of our own.</summary>
    public void Load()
    {
        if (BytesToLoad > 0)
        {
            Allocate(Form.Type);
            try
            {
                _source.CopyTo(_name, Owned(), Form.Type);
            }
            catch
            {
                Free();
                throw;
            }
        }
    }

    public void Modify(Action<Span<float>> change)
    {
        if (_changed.Type == ElementType.Float32)
        {
            Allocate(ElementType.Float32);

            // From here on the memory holds what the file does not, even if the rest fails.
            (Form, IsModified) = (_changed, true);
            _source.CopyTo(_name, Owned(), ElementType.Float32);
            change(MemoryMarshal.Cast<byte, float>(Owned()));
        }
        else
        {
            float[] values = new float[_shape.ElementCount];
            _source.CopyTo(_name, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
            change(values);
            Allocate(ElementType.Float16);
            (Form, IsModified) = (_changed, true);
            TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(Owned()));
        }
    }

    public void Restore()
    {
        if (!IsModified)
        {
            return;
        }

        if (_mapped != 0)
        {
            Free();
            Form = _pristine;
        }
        else
        {
            // What once was an input of a graph on an accelerator stays one: the next LoRA needs no new session.
            _source.CopyTo(_name, Owned(), _ownedType);
        }

        IsModified = false;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~WeightBuffer() => NativeMemory.AlignedFree(_owned);

    private static int SizeOf(ElementType type) => type switch
    {
        ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => 4,
    };

    private static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType TensorType(ElementType type) => type switch
    {
        ElementType.Float16 => Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16,
        ElementType.BFloat16 => Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.BFloat16,
        _ => Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
    };

    private long ByteCount(ElementType type) => _shape.ElementCount * SizeOf(type);

    private Span<byte> Owned() => new(_owned, checked((int)ByteCount(_ownedType)));

    private void Allocate(ElementType type)
    {
        if (_owned != null && _ownedType == type)
        {
            return;
        }

        Free();
        _owned = NativeMemory.AlignedAlloc((nuint)ByteCount(type), Alignment);
        _ownedType = type;
    }

    private void Free()
    {
        _value?.Dispose();
        _value = null;
        NativeMemory.AlignedFree(_owned);
        _owned = null;
    }
}
