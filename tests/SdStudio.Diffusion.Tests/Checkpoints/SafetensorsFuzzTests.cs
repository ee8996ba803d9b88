using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>Whatever the bytes are: a proven header or a <see cref="CheckpointException"/>, and memory in proportion to the file.</summary>
public sealed class SafetensorsFuzzTests
{
    private const string Header =
        """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"BF16","shape":[],"data_offsets":[12,14]},"c":{"dtype":"F32","shape":[0],"data_offsets":[14,14]}}""";

    private static readonly byte[] s_sound = SafetensorsFileTests.Framed(Header, 14);

    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", "\"", ",", ":", "-1", "9223372036854775807", "18446744073709551616", "1e9", "null", "true", "\"F16\"", "\"shape\"",
        "\"__metadata__\"", "\\ud800", "\u0000", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":{", "0", "12",
    ];

    [Fact]
    public void Read_SoundHeader_IsProven() => Assert.Equal(3, Read(s_sound)!.Tensors.Count);

    [Property(MaxTest = 1000)]
    public Property Read_BytesChanged_NothingElseIsThrown() => Prop.ForAll(
        Gen.Zip(Gen.Choose(0, s_sound.Length - 1), Gen.Choose(0, 255)).ListOf().Where(changes => changes.Count is > 0 and < 8).ToArbitrary(),
        changes =>
        {
            byte[] bytes = [.. s_sound];
            foreach ((int place, int value) in changes)
            {
                bytes[place] = (byte)value;
            }

            ReadAndProve(bytes);
        });

    [Property(MaxTest = 1000)]
    public Property Read_PiecesInserted_NothingElseIsThrown() => Prop.ForAll(
        Gen.Zip(Gen.Choose(0, Header.Length - 1), Gen.Elements(s_pieces)).ListOf().Where(changes => changes.Count is > 0 and < 5).ToArbitrary(),
        changes =>
        {
            string header = Header;
            foreach ((int place, string piece) in changes)
            {
                header = header.Insert(Math.Min(place, header.Length), piece);
            }

            ReadAndProve(SafetensorsFileTests.Framed(header, 14));
        });

    [Property(MaxTest = 1000)]
    public Property Read_Truncated_NothingElseIsThrown() => Prop.ForAll(
        Gen.Choose(0, s_sound.Length - 1).ToArbitrary(),
        length => Assert.ThrowsAny<CheckpointException>(() => SafetensorsHeader.Read(new MemoryStream(s_sound[..length]), "fuzz")));

    [Property(MaxTest = 1000)]
    public Property Read_AnyBytes_NothingElseIsThrown() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => ReadAndProve(bytes));

    [Property(MaxTest = 100)]
    public Property Read_WhatWasWritten_ComesBack() => Prop.ForAll(
        Gen.Zip(Gen.Elements(ElementType.Float16, ElementType.Float32, ElementType.BFloat16, ElementType.Float8E5M2), Gen.Choose(0, 5).ListOf())
            .Where(tensor => tensor.Item2.Count < 5)
            .ListOf().Where(tensors => tensors.Count < 12).ToArbitrary(),
        tensors =>
        {
            string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
            string path = Path.Combine(folder, "round.safetensors");
            List<PlannedTensor> planned = [.. tensors.Select((tensor, i) => new PlannedTensor($"t{i}.é", tensor.Item1, [.. tensor.Item2.Select(side => (long)side)]))];
            SafetensorsWriter.Write(path, planned, (tensor, block) => block.Fill(planned.IndexOf(tensor)), new Dictionary<string, string> { ["k"] = "v\n" });

            using (SafetensorsFile file = SafetensorsFile.Open(path))
            {
                Assert.Equal(planned.Count, file.Header.Tensors.Count);
                Assert.Equal("v\n", file.Header.Metadata["k"]);
                for (int i = 0; i < planned.Count; i++)
                {
                    TensorEntry entry = file.Header.Tensors[planned[i].Name];
                    float[] values = new float[entry.Shape.ElementCount];
                    file.CopyTo(entry, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
                    Assert.Equal(new Shape(planned[i].Shape), entry.Shape);
                    Assert.Equal(planned[i].Type, entry.Type);
                    Assert.All(values, value => Assert.Equal(Exact(i, entry.Type), value));
                }
            }

            Directory.Delete(folder, recursive: true);
        });

    [Fact]
    public void Read_HeaderThatAnnouncesMuch_AllocatesLittle()
    {
        // Just under the cap, in a file of a few hundred bytes.
        byte[] bytes = [.. s_sound];
        BitConverter.TryWriteBytes(bytes, (long)SafetensorsHeader.MaximumLength);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsHeader.Read(new MemoryStream(bytes), "fuzz"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>Eleven is the largest number here; E5M2 has two bits of mantissa.</summary>
    private static float Exact(int value, ElementType type)
    {
        byte[] bytes = new byte[type.ByteSize()];
        float[] back = new float[1];
        HalfConversion.FromSingle([value], type, bytes);
        HalfConversion.ToSingle(bytes, type, back);
        return back[0];
    }

    private static void ReadAndProve(byte[] bytes)
    {
        if (Read(bytes) is not { } header)
        {
            return;
        }

        long covered = header.Tensors.Values.Sum(tensor => tensor.Length);
        Assert.All(header.Tensors.Values, tensor => Assert.Equal(tensor.Length, tensor.Shape.ElementCount * tensor.Type.ByteSize()));
        Assert.All(header.Tensors.Values, tensor => Assert.InRange(tensor.Offset + tensor.Length, 8, bytes.Length));
        Assert.Equal(bytes.Length - 8 - BitConverter.ToInt64(bytes), covered);
    }

    private static SafetensorsHeader? Read(byte[] bytes)
    {
        try
        {
            return SafetensorsHeader.Read(new MemoryStream(bytes), "fuzz");
        }
        catch (CheckpointException e)
        {
            Assert.NotEqual(0, Encoding.UTF8.GetByteCount(e.Message));
            return null;
        }
    }
}
