using System.Text.Json;
using BenchmarkDotNet.Attributes;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Benchmarks;

/// <summary>Reading a header of real size, and converting weights.</summary>
[MemoryDiagnoser]
public class CheckpointBenchmarks
{
    private const int Elements = 1 << 20;

    private readonly float[] _floats = new float[Elements];
    private readonly byte[] _halves = new byte[Elements * 2];
    private readonly byte[] _eighths = new byte[Elements];
    private byte[] _json = [];
    private long _dataLength;

    [GlobalSetup]
    public void Prepare()
    {
        Dictionary<string, object> header = [];
        foreach (PlannedTensor tensor in StableDiffusion1Plan.FullSize.SingleFile())
        {
            long end = _dataLength + tensor.ElementCount * 2;
            header.Add(tensor.Name, new { dtype = "F16", shape = tensor.Shape, data_offsets = new[] { _dataLength, end } });
            _dataLength = end;
        }

        _json = JsonSerializer.SerializeToUtf8Bytes(header);
        System.Random.Shared.NextBytes(_halves);
    }

    [Benchmark]
    public SafetensorsHeader ParseHeader() => SafetensorsHeader.Parse(_json, _dataLength, "model");

    [Benchmark]
    public void Float16ToSingle() => HalfConversion.ToSingle(_halves, ElementType.Float16, _floats);

    [Benchmark]
    public void BFloat16ToSingle() => HalfConversion.ToSingle(_halves, ElementType.BFloat16, _floats);

    [Benchmark]
    public void Float8ToSingle() => HalfConversion.ToSingle(_eighths, ElementType.Float8E4M3, _floats);
}
