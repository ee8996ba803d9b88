using System.IO.Compression;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>Files of torch: what real ones hold is read, and whatever asks for more than tensors is refused by name.</summary>
public sealed class PickleFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    /// <summary>Written by torch itself; the README beside them says how.</summary>
    private static string Real(string name) => Path.Combine(GoldenFolder.Repository, "tests", "Goldens", "torch", name);

    [Theory]
    [InlineData("state.ckpt")]
    [InlineData("state-legacy.ckpt")]
    public void Open_StateOfTorch_HoldsEveryTensorAsItWas(string name)
    {
        using PickleFile file = PickleFile.Open(Real(name));

        Assert.Equal("made for a test", file.Header.Metadata["note"]);
        Assert.Equal(11, file.Header.Tensors.Count);
        Expect(file, "plain.weight", ElementType.Float32, [2, 3], 0, 1, 2, 3, 4, 5);
        Expect(file, "plain.bias", ElementType.Float16, [2], 0.5f, -1.5f);
        Expect(file, "brain", ElementType.BFloat16, [2], 1, -2.5f);
        Expect(file, "double", ElementType.Float64, [1], 0.25f);
        Expect(file, "ids", ElementType.Int64, [1, 5], 0, 1, 2, 3, 4);
        Expect(file, "transposed", ElementType.Float32, [3, 2], 0, 3, 1, 4, 2, 5);
        Expect(file, "shared.row", ElementType.Float32, [6], 12, 13, 14, 15, 16, 17);
        Expect(file, "shared.corner", ElementType.Float32, [2, 2], 8, 9, 14, 15);
        Expect(file, "scalar", ElementType.Int32, [], 7);
        Expect(file, "empty", ElementType.Float32, [0, 3]);
        Expect(file, "parameter", ElementType.Float32, [1], 3);
        Assert.Equal(0, file.AddressOf(file.Header.Tensors["transposed"]));
        Assert.NotEqual(0, file.AddressOf(file.Header.Tensors["plain.weight"]));
        file.ThrowIfChanged();
    }

    [Fact]
    public void Open_ParametersOfTorch_AreFoundInTheirDictionary()
    {
        using PickleFile file = PickleFile.Open(Real("parameters.pt"));

        Expect(file, "string_to_param.*", ElementType.Float32, [2, 4], 0, 1, 2, 3, 4, 5, 6, 7);
        Expect(file, "string_to_token.*", ElementType.Int64, [], 265);
    }

    [Fact]
    public void Open_ModuleOfTorch_IsRefusedByName() => AssertRefused("torch.nn.modules.linear.Linear", File.ReadAllBytes(Real("module.pth")));

    [Theory]
    [InlineData("cos\nsystem\n", "os.system")]
    [InlineData("cposix\nsystem\n", "posix.system")]
    [InlineData("cbuiltins\neval\n", "builtins.eval")]
    [InlineData("c__builtin__\ngetattr\n", "__builtin__.getattr")]
    [InlineData("ctorch\nload\n", "torch.load")]
    [InlineData("ctorch.storage\n_load_from_bytes\n", "torch.storage._load_from_bytes")]
    [InlineData("X\u0002\0\0\0osX\u0006\0\0\0system\u0093", "os.system")]
    [InlineData("(ios\nsystem\n", "Inst")]
    [InlineData("(cos\nsystem\no", "os.system")]
    [InlineData("S'echo'\n", "String")]
    [InlineData("\u0082\u0001", "Ext1")]
    [InlineData("\u0092", "NewObjEx")]
    [InlineData("\u00FF", "instruction 0xFF")]
    public void Open_AnythingButTensors_IsRefusedByName(string codes, string name)
    {
        byte[] bare = new TorchWriter().Ops("\u0080\u0002" + codes + "X\u0004\0\0\0echo\u0085R.").ToPickle();

        AssertRefused(name, bare);
        AssertRefused(name, new TorchWriter().Ops("\u0080\u0002" + codes + "X\u0004\0\0\0echo\u0085R.").ToArchive());
    }

    [Fact]
    public void Open_EveryTruncation_IsAMessage()
    {
        foreach (string name in new[] { "state.ckpt", "state-legacy.ckpt" })
        {
            byte[] whole = File.ReadAllBytes(Real(name));
            for (int length = 0; length < whole.Length; length++)
            {
                Assert.ThrowsAny<CheckpointException>(() => Open(whole[..length]).Dispose());
            }
        }
    }

    [Fact]
    public void Open_AnyByteChanged_IsReadOrAMessage()
    {
        System.Random random = new(5);
        foreach (string name in new[] { "state.ckpt", "state-legacy.ckpt", "parameters.pt" })
        {
            byte[] whole = File.ReadAllBytes(Real(name));
            for (int i = 0; i < 1500; i++)
            {
                byte[] changed = [.. whole];
                for (int change = random.Next(1, 4); change > 0; change--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                ReadAll(changed);
            }
        }
    }

    [Fact]
    public void Open_AnyInstructions_AreReadOrAMessage()
    {
        string[] pieces = ["(", "}", "]", ")", "t", "u", "s", "e", "a", "b", "R", "Q", "q\u0001", "h\u0001", "N", "K\u0007", "\u0085", "\u0086", "\u0087", "\u0094",
            "X\u0001\0\0\0a", "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n", "ctorch._utils\n_rebuild_tensor_v2\n", "X\u0007\0\0\0storage", "\u0081", "."];
        System.Random random = new(6);
        for (int i = 0; i < 3000; i++)
        {
            string codes = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => pieces[random.Next(pieces.Length)]));
            ReadAll(new TorchWriter().Ops("\u0080\u0002" + codes + ".").Storage("a", new byte[16]).ToArchive());
        }
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 })]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 })]
    [InlineData(4, long.MaxValue, new long[] { 4 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 })]
    [InlineData(4, 0, new long[] { 1000, 1000 }, new long[] { 0, 0 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { long.MaxValue, 1 })]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(1L << 62, 0, new long[] { 1L << 60 }, new long[] { 1 })]
    public void Open_TensorBeyondItsValues_IsRefused(long count, long offset, long[] shape, long[] strides)
    {
        byte[] bytes = new TorchWriter().Ops("\u0080\u0002}").Text("w").Tensor("torch", "FloatStorage", "0", count, offset, shape, strides).Ops("s.").Storage("0", new byte[16]).ToArchive();

        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(bytes));

        Assert.True(e.Problem is CheckpointProblem.DamagedPickle or CheckpointProblem.ShapeTooLarge, e.Message);
    }

    [Fact]
    public void Open_KeyThatLeadsOutOfTheArchive_IsOnlyAName()
    {
        byte[] bytes = new TorchWriter().Ops("\u0080\u0002}").Text("w").Tensor("torch", "FloatStorage", "../../../etc/passwd", 4, 0, [4], [1]).Ops("s.").ToArchive();

        Assert.Contains("are not in it", Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CompressedEntries_AreRefused()
    {
        TorchWriter bomb = new() { Compression = CompressionLevel.SmallestSize };
        byte[] bytes = bomb.Ops("\u0080\u0002}").Raw(new byte[20_000_000]).ToArchive();

        Assert.InRange(bytes.Length, 0, 100_000);
        Assert.Contains("compressed", Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeepNesting_IsRefused()
    {
        TorchWriter writer = new TorchWriter().Ops("\u0080\u0002");
        for (int i = 0; i < 10_000; i++)
        {
            writer.Ops("}").Text("a");
        }

        byte[] bytes = writer.Ops("N" + new string('s', 10_000) + ".").ToArchive();

        Assert.Contains("deeper", Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DictionaryInItself_IsRefused()
    {
        byte[] bytes = new TorchWriter().Ops("\u0080\u0002}q\0").Text("a").Ops("h\0s.").ToArchive();

        Assert.Contains("deeper", Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DictionariesThatMultiply_AreRefusedSoon()
    {
        // Each of eight levels holds the next a hundred times: 10^16 entries to walk through, in a few kilobytes.
        TorchWriter writer = new TorchWriter().Ops("\u0080\u0002Nq\0");
        for (int level = 0; level < 8; level++)
        {
            writer.Ops("}(");
            for (int i = 0; i < 100; i++)
            {
                writer.Text($"k{i}").Ops("h\0");
            }

            writer.Ops("uq\0");
        }

        Assert.Contains("far more", Assert.Throws<CheckpointException>(() => Open(writer.Ops(".").ToArchive())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LengthOfFourGigabytes_AllocatesLittle()
    {
        byte[] bytes = new TorchWriter().Ops("\u0080\u0002X\u00FF\u00FF\u00FF\u00FFa.").ToArchive();
        string path = Write(bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => PickleFile.Open(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Open_EndlessInstructions_EndInAMessage()
    {
        byte[] bytes = new TorchWriter().Ops("\u0080\u0002" + new string(']', 3_000_000) + ".").ToArchive();

        Assert.Contains("far longer", Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorFile_OfEitherFormat_IsOpenedByItsContent()
    {
        string pickle = Write(TorchWriter.Archive(("a", [1, 2], [2])));
        string plain = Path.Combine(_folder, "plain.ckpt");
        SafetensorsWriter.Write(plain, [new PlannedTensor("b", ElementType.Float32, 3)], (_, block) => block.Fill(1));

        using ITensorFile first = TensorFile.Open(pickle), second = TensorFile.Open(plain);

        Assert.IsType<PickleFile>(first);
        Assert.IsType<SafetensorsFile>(second);
        Assert.Equal(["a"], first.Header.Tensors.Keys);
        Assert.Equal(["b"], second.Header.Tensors.Keys);
    }

    [SkippableFact]
    public void Open_NetworkOfAnotherProgram_HoldsWhatItsSafetensorsTwinHolds()
    {
        using PickleFile pickle = PickleFile.Open(GoldenFolder.Require("esrgan/rrdb-x4-new.pth"));
        GoldenTensors twin = GoldenFolder.Tensors("esrgan/rrdb-x4-new.safetensors");

        Assert.Equal(twin.Names.Order(), pickle.Header.Tensors.Keys.Order());
        Assert.All(twin.Names, name => Assert.Equal(twin.Floats(name), Read(pickle, name)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Expect(PickleFile file, string name, ElementType type, long[] shape, params float[] values)
    {
        Assert.Equal(type, file.Header.Tensors[name].Type);
        Assert.Equal(new Shape(shape), file.Header.Tensors[name].Shape);
        Assert.Equal(values, Read(file, name));
    }

    private static float[] Read(ITensorFile file, string name)
    {
        float[] values = new float[file.Header.Tensors[name].Shape.ElementCount];
        file.CopyTo(file.Header.Tensors[name], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return values;
    }

    private void AssertRefused(string name, byte[] bytes)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(bytes));

        Assert.Equal(CheckpointProblem.UnsafePickle, e.Problem);
        Assert.Contains($"\"{name}\"", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever the bytes are, nothing but a <see cref="CheckpointException"/> comes out, and what is read lies in the file.</summary>
    private void ReadAll(byte[] bytes)
    {
        try
        {
            using PickleFile file = Open(bytes);
            Assert.All(file.Header.Tensors.Values, tensor => Assert.InRange(tensor.Offset + tensor.Length, 0, bytes.Length));
            Assert.All(file.Header.Tensors.Keys, name => Read(file, name));
        }
        catch (CheckpointException e)
        {
            Assert.NotEqual("", e.Message);
        }
    }

    private PickleFile Open(byte[] bytes) => PickleFile.Open(Write(bytes));

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, "file.pt");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
