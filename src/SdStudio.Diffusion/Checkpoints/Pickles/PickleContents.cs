namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>What a file made by <c>torch.save</c> holds: the object that was saved, and where its storages lie in the file.</summary>
internal sealed class PickleContents
{
    /// <summary>Bytes of the list of contents; that of a large model takes half a million.</summary>
    private const int LongestPickle = 32_000_000;

    private const long Protocol = 1001;

    /// <summary>The number with which torch began its files before it wrote archives, 0x1950a86a20f9469cfc6c: ten bytes, after an opcode and their number.</summary>
    private static readonly byte[] s_magic = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    private readonly Dictionary<string, (long Offset, long Length)> _storages;

    private PickleContents(object? root, Dictionary<string, (long Offset, long Length)> storages)
    {
        (Root, _storages) = (root, storages);
    }

    public object? Root { get; }

    /// <returns>The storage's bytes in the file; null for one that is not there.</returns>
    public (long Offset, long Length)? Locate(string key) => _storages.TryGetValue(key, out (long, long) place) ? place : null;

    /// <exception cref="CheckpointException">The file is damaged, or asks for anything but tensors.</exception>
    public static PickleContents Read(Stream stream, string path)
    {
        byte[] start = new byte[4];
        stream.Position = 0;
        stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.AsSpan().StartsWith("PK\u0003\u0004"u8) ? FromArchive(new PickleArchive(stream, path), path) : FromSequence(stream, path);
    }

    private static PickleContents FromArchive(PickleArchive archive, string path)
    {
        const string Pickle = "data.pkl";
        string[] pickles = [.. archive.Names.Where(name => name == Pickle || name.EndsWith("/" + Pickle, StringComparison.Ordinal))];
        if (pickles.Length == 0)
        {
            throw new CheckpointException(
                path, CheckpointProblem.NotSafetensors, $"The file {Wording.Quote(Path.GetFileName(path))} is an ordinary zip archive, not a model. Unpack it, and use the model that is in it.");
        }

        if (pickles.Length != 1)
        {
            throw PickleFault.Damaged(path, $"it is a zip archive with {pickles.Length} files named {Pickle}, where torch writes one");
        }

        string folder = pickles[0][..^Pickle.Length];
        if (archive.Contains(folder + "byteorder") && archive.Locate(folder + "byteorder") is { Length: < 16 } order
            && archive.Read(order.Offset, (int)order.Length).AsSpan().StartsWith("big"u8))
        {
            throw PickleFault.Damaged(path, "its numbers are in the byte order of another kind of machine");
        }

        (long offset, long length) = archive.Locate(pickles[0]);
        RequireLength(length, path);
        object? root = new PickleMachine(new PickleBytes(archive.Read(offset, (int)length), path), path).Run();
        string storages = folder + "data/";
        return new PickleContents(
            root,
            archive.Names.Where(name => name.StartsWith(storages, StringComparison.Ordinal)).ToDictionary(name => name[storages.Length..], archive.Locate, StringComparer.Ordinal));
    }

    /// <summary>Before its version 1.6 torch wrote five pickles one after another, then each storage: its number of elements and its bytes.</summary>
    private static PickleContents FromSequence(Stream stream, string path)
    {
        byte[] bytes = new byte[(int)Math.Min(stream.Length, LongestPickle)];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        PickleBytes reader = new(bytes, path);

        bool isTorch = bytes.Length > 2 && bytes.AsSpan(2).StartsWith(s_magic);
        new PickleMachine(reader, path).Run();
        if (!isTorch || new PickleMachine(reader, path).Run() is not Protocol)
        {
            throw PickleFault.Damaged(path, "it is a pickle, but none that torch.save wrote");
        }

        if (new PickleMachine(reader, path).Run() is PickleMap { Values: var system } && system.GetValueOrDefault("little_endian") is false)
        {
            throw PickleFault.Damaged(path, "its numbers are in the byte order of another kind of machine");
        }

        PickleMachine contents = new(reader, path);
        object? root = contents.Run();
        if (new PickleMachine(reader, path).Run() is not List<object?> keys)
        {
            throw PickleFault.Damaged(path, "it does not say which storages it holds");
        }

        return new PickleContents(root, LayOut(stream, reader.Position, keys, contents.ElementSizes, path));
    }

    private static Dictionary<string, (long Offset, long Length)> LayOut(Stream stream, long offset, List<object?> keys, IReadOnlyDictionary<string, int> sizes, string path)
    {
        Dictionary<string, (long, long)> storages = new(StringComparer.Ordinal);
        byte[] count = new byte[sizeof(long)];
        foreach (object? item in keys)
        {
            // Without the size of its elements nothing can be said of what follows it.
            if (item is not string key || !sizes.TryGetValue(key, out int size))
            {
                throw PickleFault.Damaged(path, "it holds a storage that nothing speaks of");
            }

            if (offset > stream.Length - count.Length)
            {
                throw PickleFault.Truncated(path);
            }

            stream.Position = offset;
            stream.ReadExactly(count);
            long elements = BitConverter.ToInt64(count);
            offset += count.Length;
            if (elements < 0 || elements > (stream.Length - offset) / size)
            {
                throw PickleFault.Truncated(path);
            }

            storages[key] = (offset, elements * size);
            offset += elements * size;
        }

        return storages;
    }

    private static void RequireLength(long length, string path)
    {
        if (length > LongestPickle)
        {
            throw PickleFault.Damaged(path, $"its list of contents has {Wording.Size(length)}, far more than that of any model");
        }
    }
}
