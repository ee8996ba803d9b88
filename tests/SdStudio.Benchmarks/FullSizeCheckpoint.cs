using System.Diagnostics;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Benchmarks;

/// <summary>Writes files in fp16 with random weights: the exact keys and shapes of real ones, none of the skill.</summary>
internal static class FullSizeCheckpoint
{
    /// <summary>Stable Diffusion 1.5, whole.</summary>
    public static void Write(string path) => Write(path, StableDiffusion1Plan.FullSize.SingleFile());

    /// <summary>UNet and VAE of Stable Diffusion XL: 5.3 GB.</summary>
    /// <param name="part">Divides the width of every level, to try the tools on a small file; 1 is the real size, 5 a fifth.</param>
    public static void WriteXl(string path, int part)
    {
        StableDiffusion1Plan plan = StableDiffusion1Plan.FullSizeXl with { Channels = [.. StableDiffusion1Plan.FullSizeXl.Channels.Select(channels => channels / part)] };
        Write(path,
        [
            .. plan.UNet().Select(tensor => tensor with { Name = StableDiffusion1Plan.UNetPrefix + tensor.Name }),
            .. plan.Vae().Select(tensor => tensor with { Name = StableDiffusion1Plan.VaePrefix + tensor.Name }),
        ]);
    }

    /// <summary>A LoRA for every linear layer of a checkpoint's transformers.</summary>
    public static void WriteLora(string path, string model, int rank)
    {
        using Checkpoint checkpoint = Checkpoint.Open(model);
        IWeightSource unet = checkpoint.UNet;
        string[] layers = [.. unet.Names.Where(name => name.Contains(".transformer_blocks.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal) && unet.ShapeOf(name).Rank == 2)];
        Write(path, [.. layers.SelectMany(name =>
        {
            string layer = "lora_unet_" + name[..^".weight".Length].Replace('.', '_');
            Shape shape = unet.ShapeOf(name);
            return new[] { new PlannedTensor(layer + ".lora_down.weight", ElementType.Float16, rank, shape[1]), new PlannedTensor(layer + ".lora_up.weight", ElementType.Float16, shape[0], rank) };
        })]);
    }

    private static void Write(string path, List<PlannedTensor> tensors)
    {
        Stopwatch watch = Stopwatch.StartNew();
        SafetensorsWriter.Write(path, tensors, new RandomWeights(seed: 15).Fill);
        Console.WriteLine($"{tensors.Count} tensors, {tensors.Sum(tensor => tensor.ElementCount)} parameters, {new FileInfo(path).Length} bytes in {watch.Elapsed.TotalSeconds:0.0} s: {path}");
    }
}
