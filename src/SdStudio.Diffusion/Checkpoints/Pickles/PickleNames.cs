using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>The few things that a file of tensors may name, and what each means here. Whatever is not in these tables is refused.</summary>
internal static class PickleNames
{
    private const int MostDimensions = 32;

    /// <summary>Stands for what is read past: a value that nothing here asks for.</summary>
    public static readonly object Nothing = new();

    private static readonly Dictionary<string, ElementType> s_types = new(StringComparer.Ordinal)
    {
        ["torch.float64"] = ElementType.Float64,
        ["torch.float32"] = ElementType.Float32,
        ["torch.float16"] = ElementType.Float16,
        ["torch.bfloat16"] = ElementType.BFloat16,
        ["torch.float8_e4m3fn"] = ElementType.Float8E4M3,
        ["torch.float8_e5m2"] = ElementType.Float8E5M2,
        ["torch.int64"] = ElementType.Int64,
        ["torch.int32"] = ElementType.Int32,
        ["torch.int16"] = ElementType.Int16,
        ["torch.int8"] = ElementType.Int8,
        ["torch.uint8"] = ElementType.UInt8,
        ["torch.bool"] = ElementType.Boolean,
    };

    /// <summary>Null: bytes of no type.</summary>
    private static readonly Dictionary<string, ElementType?> s_storages = new(StringComparer.Ordinal)
    {
        ["torch.DoubleStorage"] = ElementType.Float64,
        ["torch.FloatStorage"] = ElementType.Float32,
        ["torch.HalfStorage"] = ElementType.Float16,
        ["torch.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.LongStorage"] = ElementType.Int64,
        ["torch.IntStorage"] = ElementType.Int32,
        ["torch.ShortStorage"] = ElementType.Int16,
        ["torch.CharStorage"] = ElementType.Int8,
        ["torch.ByteStorage"] = ElementType.UInt8,
        ["torch.BoolStorage"] = ElementType.Boolean,
        ["torch.cuda.FloatStorage"] = ElementType.Float32,
        ["torch.cuda.HalfStorage"] = ElementType.Float16,
        ["torch.cuda.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.cuda.LongStorage"] = ElementType.Int64,
        ["torch.storage.UntypedStorage"] = null,
    };

    private static readonly Dictionary<string, Func<object?[], object?>> s_calls = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = Map,
        ["torch.nn.modules.container.ParameterDict"] = Map,
        ["torch._utils._rebuild_tensor"] = Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch._utils._rebuild_tensor_v3"] = TypedTensor,
        ["torch._utils._rebuild_parameter"] = First,
        ["torch._utils._rebuild_parameter_with_state"] = First,
        ["torch.nn.parameter.Parameter"] = First,
        ["torch.Size"] = First,

        // What training scripts leave beside the weights. None of it is asked for, so none of it is made.
        ["torch.device"] = _ => Nothing,
        ["numpy.core.multiarray.scalar"] = _ => Nothing,
        ["numpy._core.multiarray.scalar"] = _ => Nothing,
        ["numpy.dtype"] = _ => Nothing,
        ["_codecs.encode"] = _ => Nothing,
        ["__builtin__.set"] = _ => Nothing,
        ["builtins.set"] = _ => Nothing,
        ["pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"] = _ => Nothing,
    };

    public static bool IsKnown(string name) => s_types.ContainsKey(name) || s_storages.ContainsKey(name) || s_calls.ContainsKey(name);

    /// <returns>Null where the arguments make no sense, or the name cannot be called.</returns>
    public static object? Call(PickleName name, object?[] arguments) => s_calls.GetValueOrDefault(name.Name)?.Invoke(arguments);

    /// <summary>What torch's persistent ids are: ("storage", type, key, device, count) and, in old files, a view into another.</summary>
    /// <returns>Null where it is none.</returns>
    public static PickleStorage? Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts[0] is not "storage"
            || parts[1] is not PickleName type
            || !s_storages.TryGetValue(type.Name, out ElementType? element)
            || parts[2] is not string key
            || parts[4] is not long count
            || count < 0)
        {
            return null;
        }

        // A view: (its own key, elements into the storage, elements).
        return parts.Length == 6 && parts[5] is object?[] and [_, long start, long length]
            ? start >= 0 && length >= 0 && start <= count - length ? new PickleStorage(element, key, start, length) : null
            : new PickleStorage(element, key, 0, count);
    }

    private static object? First(object?[] arguments) => arguments.Length > 0 ? arguments[0] : null;

    /// <summary>(), or ([(key, value), ...],) as Python 2 wrote it.</summary>
    private static PickleMap? Map(object?[] arguments)
    {
        PickleMap map = new();
        foreach (object? pair in arguments is [List<object?> pairs] ? pairs : [])
        {
            (object? key, object? value)? item = pair switch
            {
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                List<object?> { Count: 2 } list => (list[0], list[1]),
                _ => null,
            };
            if (item is null)
            {
                return null;
            }

            map.Set(item.Value.key, item.Value.value);
        }

        return map;
    }

    /// <summary>(storage, offset, size, stride, ...)</summary>
    private static PickleTensor? Tensor(object?[] arguments) =>
        arguments is [PickleStorage { Type: { } type }, ..] ? Tensor(arguments, type) : null;

    /// <summary>(storage, offset, size, stride, requires_grad, hooks, type, ...)</summary>
    private static PickleTensor? TypedTensor(object?[] arguments) =>
        arguments is [_, _, _, _, _, _, PickleName name, ..] && s_types.TryGetValue(name.Name, out ElementType type) ? Tensor(arguments, type) : null;

    private static PickleTensor? Tensor(object?[] arguments, ElementType type) =>
        arguments is [PickleStorage storage, long offset, object?[] sizes, object?[] strides, ..]
        && sizes.Length == strides.Length && sizes.Length <= MostDimensions
        && Array.TrueForAll(sizes, size => size is >= 0L) && Array.TrueForAll(strides, stride => stride is >= 0L)
        && offset >= 0
            ? new PickleTensor(storage, type, offset, new Shape([.. sizes.Cast<long>()]), new Shape([.. strides.Cast<long>()]))
            : null;
}
