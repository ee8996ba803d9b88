using System.Diagnostics;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Cli;

/// <summary>Measures what a change of LoRAs costs: merging one, another strength, taking it out, and the memory after many changes.</summary>
/// <param name="path">Of the LoRA.</param>
/// <param name="step">Runs the network once, which on a graphics card is when changed weights reach it.</param>
internal sealed class LoraBench(string path, Action step)
{
    public const int Switches = 50;

    /// <param name="unet">Of the model; is as in the file before and after.</param>
    /// <param name="textEncoders">Of the model, in its order; the same.</param>
    public LoraBenchReport Run(UNet unet, IReadOnlyList<TextEncoder> textEncoders, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        using LoraFile lora = LoraFile.Open(path);
        Stopwatch watch = Stopwatch.StartNew();
        MatchedLora matched = lora.Match(checkpoint.UNet, [.. checkpoint.TextEncoders]);
        double matching = watch.Elapsed.TotalSeconds;
        List<(WeightBuffers Weights, IReadOnlyDictionary<string, LoraDelta> Deltas)> networks =
            [(unet.Weights, matched.UNet), .. textEncoders.Zip(matched.TextEncoders, (encoder, deltas) => (encoder.Weights, deltas))];

        List<double> merged = [], taken = [];
        long? after = null;
        for (int i = 0; i < Switches; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Another strength each time, so that nothing could be left as it is.
            merged.Add(Seconds(() => networks.ForEach(network => Merge(network.Weights, network.Deltas, 1 - (0.01f * i)))));
            step();
            taken.Add(Seconds(() => networks.ForEach(network => Restore(network.Weights))));
            step();
            after ??= MemoryWatch.Private;
        }

        return new LoraBenchReport
        {
            Name = lora.Name,
            Weights = networks.Sum(network => network.Deltas.Count),
            MatchSeconds = Bench.Rounded(matching),
            MergeSeconds = Bench.Rounded(Bench.Median([.. merged])),
            RestoreSeconds = Bench.Rounded(Bench.Median([.. taken])),
            Switches = Switches,
            PrivateBytesAfterFirst = after,
            PrivateBytesAfterLast = MemoryWatch.Private,
        };
    }

    private static void Merge(WeightBuffers weights, IReadOnlyDictionary<string, LoraDelta> deltas, float strength)
    {
        foreach ((string name, Action<Span<float>> change) in LoraMerge.Changes([(deltas, strength)]))
        {
            weights.Modify(name, change);
        }
    }

    private static void Restore(WeightBuffers weights)
    {
        foreach (string name in weights.Modified.ToList())
        {
            weights.Restore(name);
        }
    }

    private static double Seconds(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
