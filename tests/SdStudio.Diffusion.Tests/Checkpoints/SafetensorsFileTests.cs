using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string OneTensor = """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    [Theory]
    [InlineData(CheckpointProblem.HeaderNotJson, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}""")]
    [InlineData(CheckpointProblem.HeaderNotJson, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}} x""")]
    [InlineData(CheckpointProblem.HeaderNotJson, """{"\ud800":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.HeaderTooDeep, """{"a":{"dtype":{"b":1},"shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.HeaderTooDeep, """{"a":{"dtype":"F16","shape":[[2,3]],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.HeaderTooDeep, """{"__metadata__":{"a":["b"]}}""")]
    [InlineData(CheckpointProblem.DuplicateKey, """{"a":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"a":{"dtype":"F16","shape":[3],"data_offsets":[6,12]}}""")]
    [InlineData(CheckpointProblem.DuplicateKey, """{"a":{"dtype":"F16","dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.DuplicateKey, """{"__metadata__":{"x":"1","x":"2"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.DuplicateKey, """{"__metadata__":{},"__metadata__":{},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidEntry, """{"a":1}""")]
    [InlineData(CheckpointProblem.InvalidEntry, """{"a":{"dtype":"F16","shape":[2,3]}}""")]
    [InlineData(CheckpointProblem.InvalidEntry, """{"a":{"dtype":1,"shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidEntry, """{"a":{"dtype":"F16","shape":6,"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidEntry, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12],"device":"cuda"}}""")]
    [InlineData(CheckpointProblem.InvalidMetadata, """{"__metadata__":7}""")]
    [InlineData(CheckpointProblem.InvalidMetadata, """{"__metadata__":{"x":7}}""")]
    [InlineData(CheckpointProblem.UnknownElementType, """{"a":{"dtype":"Q4_K","shape":[2,3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidShape, """{"a":{"dtype":"F16","shape":[-2,-3],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidShape, """{"a":{"dtype":"F16","shape":[2,3.5],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidShape, """{"a":{"dtype":"F16","shape":[99999999999999999999],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidShape, """{"a":{"dtype":"F16","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.ShapeTooLarge, """{"a":{"dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.ShapeTooLarge, """{"a":{"dtype":"F16","shape":[9223372036854775807],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.InvalidOffsets, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[12,0]}}""")]
    [InlineData(CheckpointProblem.InvalidOffsets, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0]}}""")]
    [InlineData(CheckpointProblem.InvalidOffsets, """{"a":{"dtype":"F16","shape":[2,3],"data_offsets":[-12,0]}}""")]
    [InlineData(CheckpointProblem.SpanMismatch, """{"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,12]}}""")]
    [InlineData(CheckpointProblem.Gap, """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]}}""")]
    [InlineData(CheckpointProblem.Gap, """{"a":{"dtype":"F16","shape":[2],"data_offsets":[8,12]}}""")]
    [InlineData(CheckpointProblem.Overlap, """{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[4],"data_offsets":[4,12]}}""")]
    [InlineData(CheckpointProblem.TrailingBytes, """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData(CheckpointProblem.TrailingBytes, "{}")]
    [InlineData(CheckpointProblem.Truncated, """{"a":{"dtype":"F16","shape":[200],"data_offsets":[0,400]}}""")]
    [InlineData(CheckpointProblem.Truncated, """{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""")]
    public void Open_BrokenRule_IsNamed(CheckpointProblem problem, string header)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(Framed(header, dataLength: 12)));

        Assert.Equal(problem, e.Problem);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileThatEndsEarly_SaysHowMuchIsThere()
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => SafetensorsHeader.Read(
            new LongStream(Framed("""{"a":{"dtype":"F16","shape":[1050000000],"data_offsets":[0,2100000000]}}""", 0), 1_200_000_000), "model"));

        Assert.Equal(CheckpointProblem.Truncated, e.Problem);
        Assert.Equal("The file ends early: 1.2 of 2.1 GB. Download it again.", e.Message);
    }

    [Theory]
    [InlineData(CheckpointProblem.Empty, "", "empty")]
    [InlineData(CheckpointProblem.NotSafetensors, "616263", "does not begin with a table of contents")]
    [InlineData(CheckpointProblem.NotSafetensors, "0000000000000000", "does not begin with a table of contents")]
    [InlineData(CheckpointProblem.NotSafetensors, "01000000000000007B", "does not begin with a table of contents")]
    [InlineData(CheckpointProblem.Pickle, "504B030400000808000000000000", "zip archive")]
    [InlineData(CheckpointProblem.Pickle, "80028A0A6CFC9C46F9206AA850192E", "pickle .ckpt")]
    [InlineData(CheckpointProblem.NotSafetensors, "47475546030000000000000000000000", "GGUF")]
    [InlineData(CheckpointProblem.NotSafetensors, "3C21444F43545950452068746D6C3E0A", "web page")]
    [InlineData(CheckpointProblem.NotSafetensors, "76657273696F6E2068747470733A2F2F6769742D6C66732E6769746875622E636F6D", "Git LFS")]
    [InlineData(CheckpointProblem.HeaderTooLarge, "01E1F505000000007B22", "more than any model needs")]
    [InlineData(CheckpointProblem.HeaderTooLarge, "FFFFFFFFFFFFFFFF7B22", "more than any model needs")]
    [InlineData(CheckpointProblem.Truncated, "00E1F505000000007B22", "inside its table of contents")]
    public void Open_WhatIsNoSafetensors_IsRecognisedByContent(CheckpointProblem problem, string hex, string words)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(Convert.FromHexString(hex)));

        Assert.Equal(problem, e.Problem);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HeaderWhoseLengthLooksLikeAPickle_IsRead()
    {
        // 640 = 0x0280, which in the file is 80 02.
        using SafetensorsFile file = Open(Framed(OneTensor.PadRight(640), dataLength: 12));

        Assert.Single(file.Header.Tensors);
    }

    [Fact]
    public void Open_MissingFile_SaysSo()
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(Path.Combine(_folder, "none.safetensors")));

        Assert.Equal(CheckpointProblem.NotFound, e.Problem);
    }

    [Fact]
    public void Open_FolderInPlaceOfAFile_IsUnreadable()
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_folder));

        Assert.Equal(CheckpointProblem.Unreadable, e.Problem);
    }

    [Fact]
    public void Open_TensorsInAnyOrderWithEmptyOnes_AreRead()
    {
        using SafetensorsFile file = Open(Framed(
            """{"late":{"dtype":"U8","shape":[2],"data_offsets":[10,12]},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[10,10]},"scalar":{"dtype":"F16","shape":[],"data_offsets":[8,10]},"early":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"__metadata__":{"format":"pt"}}""", 12));

        float[] late = new float[2];
        file.CopyTo(file.Header.Tensors["none"], [], ElementType.Float32);
        file.CopyTo(file.Header.Tensors["late"], MemoryMarshal.AsBytes(late.AsSpan()), ElementType.Float32);
        Assert.Equal([10, 11], late);
        Assert.Equal(new TensorEntry(ElementType.Float16, default, file.Header.Tensors["scalar"].Offset, 2), file.Header.Tensors["scalar"]);
        Assert.Equal("pt", file.Header.Metadata["format"]);
    }

    [Fact]
    public void Open_MessageAboutAHostileName_IsShortAndHarmless()
    {
        string name = "\\u001b[31m" + new string('x', 100_000);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(Framed($$$"""{"{{{name}}}":{"dtype":"F16"}}""", 0)));

        Assert.True(e.Message.Length < 400);
        Assert.DoesNotContain('\u001b', e.Message);
    }

    [SkippableFact]
    public void CopyTo_FileCutShortMeanwhile_IsAMessageAndNotTheEndOfTheProcess()
    {
        string path = Path.Combine(_folder, "shrinks.safetensors");
        File.WriteAllBytes(path, Framed("""{"a":{"dtype":"F16","shape":[40000],"data_offsets":[0,80000]}}""", 80000));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.ThrowIfChanged();
        Skip.IfNot(OtherProgram.Truncates(path, 5000), "A file that is open here cannot be cut.");

        float[] values = new float[40000];
        CheckpointException e = Assert.Throws<CheckpointException>(() => file.CopyTo(file.Header.Tensors["a"], MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32));

        Assert.Equal(CheckpointProblem.Truncated, e.Problem);
        Assert.Contains("was changed while it was in use", e.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(file.ThrowIfChanged);
    }

    [Theory]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float8E4M3)]
    [InlineData(ElementType.Float16)]
    public void CopyTo_TensorOfManyBlocks_IsReadToTheLastElement(ElementType type)
    {
        const int Count = (1 << 18) + 12345;
        string path = Path.Combine(_folder, "long.safetensors");
        System.Random random = new(1);
        SafetensorsWriter.Write(path, [new("a", type, Count)], (_, block) =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = random.Next(-8, 9);
            }
        });
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] values = new float[Count];
        Half[] halves = new Half[Count];

        file.CopyTo(file.Header.Tensors["a"], MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        file.CopyTo(file.Header.Tensors["a"], MemoryMarshal.AsBytes(halves.AsSpan()), ElementType.Float16);

        random = new System.Random(1);
        Assert.All(values.Zip(halves), pair => Assert.Equal((random.Next(-8, 9), 0), ((int)pair.First, pair.First - (float)pair.Second)));
    }

    [Fact]
    public void AddressOf_AfterDispose_Throws()
    {
        SafetensorsFile file = Open(Framed(OneTensor, 12));
        TensorEntry tensor = file.Header.Tensors["a"];
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.AddressOf(tensor));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static byte[] Framed(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        for (int i = 0; i < dataLength; i++)
        {
            file[8 + json.Length + i] = (byte)i;
        }

        return file;
    }

    private SafetensorsFile Open(byte[] bytes)
    {
        string path = Path.Combine(_folder, "model.safetensors");
        File.WriteAllBytes(path, bytes);
        return SafetensorsFile.Open(path);
    }

    /// <summary>The start of a file that claims to be longer than it is.</summary>
    private sealed class LongStream(byte[] start, long length) : MemoryStream(start)
    {
        public override long Length { get; } = length;
    }
}
