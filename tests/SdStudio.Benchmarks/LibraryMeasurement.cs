using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SdStudio.Storage.Models;

namespace SdStudio.Benchmarks;

/// <summary>
/// What a scan of many LoRAs costs: files with a header of the usual size (264 layers, the captions of a training) and data that takes no room
/// on disk. Read anew, as after a start, and again, as after a change.
/// </summary>
internal static class LibraryMeasurement
{
    private const int Layers = 264;
    private const int FilesAFolder = 500;

    public static void Run(int count)
    {
        string root = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        try
        {
            byte[] header = Header(out long dataLength);
            for (int i = 0; i < count; i++)
            {
                Write(Path.Combine(root, "loras", $"{i / FilesAFolder}", $"lora-{i}.safetensors"), header, dataLength);
            }

            var scanner = new ModelScanner();
            Print($"{count} files of {header.Length / 1024} KB header, first scan", () => scanner.Scan([root], restsSince: null, default));
            Print("again, nothing changed", () => scanner.Scan([root], restsSince: null, default));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Print(string what, Func<IReadOnlyList<ModelFile>> scan)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Stopwatch watch = Stopwatch.StartNew();
        IReadOnlyList<ModelFile> models = scan();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {watch.Elapsed.TotalSeconds:0.00} s, {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.00} s of processor time, {models.Count} models, {models.Count(model => model.Problem is not null)} with a problem"));
    }

    private static void Write(string path, byte[] header, long dataLength)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = new(path, FileMode.CreateNew);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.SetLength(8 + header.Length + dataLength);
    }

    private static byte[] Header(out long dataLength)
    {
        long offset = 0;
        var header = new Dictionary<string, object>
        {
            ["__metadata__"] = new Dictionary<string, string>
            {
                ["ss_base_model_version"] = "sd_v1",
                ["ss_tag_frequency"] = JsonSerializer.Serialize(new Dictionary<string, object>
                {
                    ["10_subject"] = Enumerable.Range(0, 400).ToDictionary(i => $"caption number {i}", i => 400 - i),
                }),
            },
        };
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"lora_unet_down_blocks_{i / 24}_attentions_{i % 2}_transformer_blocks_0_attn{1 + i % 2}_to_{"kqv"[i % 3]}";
            Add($"{layer}_{i}.alpha", []);
            Add($"{layer}_{i}.lora_down.weight", [16, 768]);
            Add($"{layer}_{i}.lora_up.weight", [320, 16]);
        }

        dataLength = offset;
        return JsonSerializer.SerializeToUtf8Bytes(header);

        void Add(string name, long[] shape)
        {
            long end = offset + 2 * shape.Aggregate(1L, (product, dimension) => product * dimension);
            header.Add(name, new { dtype = "F16", shape, data_offsets = new[] { offset, end } });
            offset = end;
        }
    }
}
