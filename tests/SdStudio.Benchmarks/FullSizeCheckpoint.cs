using System.Diagnostics;
using SdStudio.Tests;

namespace SdStudio.Benchmarks;

/// <summary>Writes a single-file Stable Diffusion 1.5 checkpoint in fp16 with random weights: the exact keys and shapes, none of the skill.</summary>
internal static class FullSizeCheckpoint
{
    public static void Write(string path)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<PlannedTensor> tensors = StableDiffusion1Plan.FullSize.SingleFile();
        SafetensorsWriter.Write(path, tensors, new RandomWeights(seed: 15).Fill);
        Console.WriteLine($"{tensors.Count} tensors, {tensors.Sum(tensor => tensor.ElementCount)} parameters, {new FileInfo(path).Length} bytes in {watch.Elapsed.TotalSeconds:0.0} s: {path}");
    }
}
