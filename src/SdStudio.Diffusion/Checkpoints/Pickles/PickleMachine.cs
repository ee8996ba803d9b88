using System.Runtime.InteropServices;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>
/// Follows the instructions of a pickle as far as they put tensors into dictionaries. It can make no other thing: a name that is not in
/// <see cref="PickleNames"/>, and an instruction that is not here, end the reading. Work and memory are in proportion to the bytes.
/// </summary>
internal sealed class PickleMachine
{
    /// <summary>A large model with its optimiser takes a few hundred thousand.</summary>
    private const int MostInstructions = 2_000_000;

    private readonly PickleBytes _bytes;
    private readonly string _path;
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Stack<int> _marks = [];
    private readonly List<object?> _stack = [];
    private readonly Dictionary<string, int> _elementSizes = new(StringComparer.Ordinal);

    /// <param name="bytes">At the start of a pickle.</param>
    /// <param name="path">For messages.</param>
    public PickleMachine(PickleBytes bytes, string path)
    {
        (_bytes, _path) = (bytes, path);
    }

    /// <summary>Bytes of one element of each storage that was spoken of, by its key.</summary>
    public IReadOnlyDictionary<string, int> ElementSizes => _elementSizes;

    /// <returns>What the pickle leaves: texts, <see cref="long"/>, <see cref="double"/>, arrays for tuples, lists, <see cref="PickleMap"/>, <see cref="PickleTensor"/>.</returns>
    /// <exception cref="CheckpointException">It is damaged, or asks for anything but tensors.</exception>
    public object? Run()
    {
        for (int done = 0; done < MostInstructions; done++)
        {
            PickleOpcode opcode = (PickleOpcode)_bytes.Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return Pop();
            }

            if (!FollowLiteral(opcode) && !FollowMemo(opcode) && !FollowContainer(opcode) && !FollowCall(opcode))
            {
                throw PickleFault.Refused(_path, Enum.IsDefined(opcode) ? $"{opcode}" : $"instruction 0x{(byte)opcode:X2}");
            }
        }

        throw PickleFault.Damaged(_path, "its list of contents is far longer than that of any model");
    }

    private bool FollowLiteral(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                _bytes.Byte();
                return true;
            case PickleOpcode.Frame:
                _bytes.UInt64();
                return true;
            case PickleOpcode.None:
                return Push(null);
            case PickleOpcode.NewTrue:
                return Push(true);
            case PickleOpcode.NewFalse:
                return Push(false);
            case PickleOpcode.BinInt:
                return Push((long)_bytes.Int32());
            case PickleOpcode.BinInt1:
                return Push((long)_bytes.Byte());
            case PickleOpcode.BinInt2:
                return Push((long)_bytes.UInt16());
            case PickleOpcode.Long1:
                return Push(_bytes.Integer(_bytes.Byte()) ?? PickleNames.Nothing);
            case PickleOpcode.Long4:
                return Push(_bytes.Integer(_bytes.UInt32()) ?? PickleNames.Nothing);
            case PickleOpcode.BinFloat:
                return Push(_bytes.BigEndianDouble());
            case PickleOpcode.BinUnicode:
                return Push(_bytes.Text(_bytes.UInt32()));
            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString:
                return Push(_bytes.Text(_bytes.Byte()));
            case PickleOpcode.BinUnicode8:
                return Push(_bytes.Text(_bytes.UInt64()));
            case PickleOpcode.BinString:
                return Push(_bytes.Text(_bytes.UInt32()));
            case PickleOpcode.BinBytes:
                return Skip(_bytes.UInt32());
            case PickleOpcode.ShortBinBytes:
                return Skip(_bytes.Byte());
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                return Skip(_bytes.UInt64());
            default:
                return false;
        }
    }

    private bool FollowMemo(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.BinPut:
                _memo[_bytes.Byte()] = Peek();
                return true;
            case PickleOpcode.LongBinPut:
                _memo[_bytes.UInt32()] = Peek();
                return true;
            case PickleOpcode.Memoize:
                _memo[_memo.Count] = Peek();
                return true;
            case PickleOpcode.BinGet:
                return Push(Recall(_bytes.Byte()));
            case PickleOpcode.LongBinGet:
                return Push(Recall(_bytes.UInt32()));
            default:
                return false;
        }
    }

    private bool FollowContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark:
                _marks.Push(_stack.Count);
                return true;
            case PickleOpcode.EmptyTuple:
                return Push(Array.Empty<object?>());
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3:
                return Push(Take(_stack.Count - (opcode - PickleOpcode.Tuple1 + 1)));
            case PickleOpcode.Tuple:
                return Push(TakeMarked());
            case PickleOpcode.EmptyList:
                return Push(new List<object?>());
            case PickleOpcode.Append:
                return Extend([Pop()]);
            case PickleOpcode.Appends:
                return Extend(TakeMarked());
            case PickleOpcode.EmptyDict:
                return Push(new PickleMap());
            case PickleOpcode.SetItem:
                return SetItems(Take(_stack.Count - 2));
            case PickleOpcode.SetItems:
                return SetItems(TakeMarked());
            default:
                return false;
        }
    }

    private bool FollowCall(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global:
                return PushName(_bytes.Line(), _bytes.Line());
            case PickleOpcode.StackGlobal:
                return Take(_stack.Count - 2) is [string module, string name] ? PushName(module, name) : throw Senseless();
            case PickleOpcode.BinPersId:
                PickleStorage storage = PickleNames.Storage(Pop()) ?? throw Senseless();
                _elementSizes[storage.Key] = storage.Type?.ByteSize() ?? 1;
                return Push(storage);
            case PickleOpcode.Reduce or PickleOpcode.NewObj:
                object?[] arguments = Pop() as object?[] ?? throw Senseless();
                PickleName called = Pop() as PickleName ?? throw Senseless();
                return Push(PickleNames.Call(called, arguments) ?? throw PickleFault.Damaged(_path, $"it calls {Wording.Quote(called.Name)} with what makes no sense"));
            case PickleOpcode.Build:
                Build(Pop());
                return true;
            default:
                return false;
        }
    }

    /// <summary>The state of an object: only that of a dictionary of parameters holds any tensors.</summary>
    private void Build(object? state)
    {
        if (Peek() is PickleMap map && state is PickleMap { Values: var values } && values.TryGetValue("_parameters", out object? inner) && inner is PickleMap parameters)
        {
            foreach ((string key, object? value) in parameters.Values)
            {
                map.Values[key] = value;
            }
        }
    }

    private bool PushName(string module, string name)
    {
        string full = $"{module}.{name}";
        return PickleNames.IsKnown(full) ? Push(new PickleName(full)) : throw PickleFault.Refused(_path, full);
    }

    private bool SetItems(object?[] items)
    {
        object? target = Peek();
        if (items.Length % 2 != 0 || (target is not PickleMap && target != PickleNames.Nothing))
        {
            throw Senseless();
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            (target as PickleMap)?.Set(items[i], items[i + 1]);
        }

        return true;
    }

    private bool Extend(ReadOnlySpan<object?> items)
    {
        object? target = Peek();
        if (target is not List<object?> && target != PickleNames.Nothing)
        {
            throw Senseless();
        }

        (target as List<object?>)?.AddRange(items);
        return true;
    }

    private bool Skip(ulong count)
    {
        _bytes.Bytes(count);
        return Push(PickleNames.Nothing);
    }

    private bool Push(object? value)
    {
        _stack.Add(value);
        return true;
    }

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Senseless();

    private object? Pop() => Take(_stack.Count - 1)[0];

    private object?[] TakeMarked()
    {
        return _marks.TryPop(out int start) ? Take(start) : throw Senseless();
    }

    /// <summary>The stack from a place on; what lies under the last mark is out of reach.</summary>
    private object?[] Take(int start)
    {
        if (start < Floor)
        {
            throw Senseless();
        }

        object?[] taken = CollectionsMarshal.AsSpan(_stack)[start..].ToArray();
        _stack.RemoveRange(start, taken.Length);
        return taken;
    }

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private object? Recall(long place) => _memo.TryGetValue(place, out object? value) ? value : throw Senseless();

    private CheckpointException Senseless() => PickleFault.Damaged(_path, $"its list of contents makes no sense at byte {_bytes.Position}");
}
