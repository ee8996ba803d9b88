using System.Diagnostics;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Cli;

/// <summary>Measures what a change of LoRAs costs: merging them, other strengths, taking them out, and the memory after many changes.</summary>
/// <param name="paths">Of the LoRAs; one or more, which are merged together.</param>
/// <param name="step">Runs the network once, which on a graphics card is when changed weights reach it.</param>
internal sealed class LoraBench(IReadOnlyList<string> paths, Action step)
{
    public const int Switches = 50;

    /// <param name="unet">Of the model; is as in the file before and after.</param>
    /// <param name="textEncoders">Of the model, in its order; the same.</param>
    public LoraBenchReport Run(UNet unet, IReadOnlyList<TextEncoder> textEncoders, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        List<LoraFile> loras = [];
        try
        {
            loras.AddRange(paths.Select(path => LoraFile.Open(path)));
            Stopwatch watch = Stopwatch.StartNew();
            MatchedLora[] matched = [.. loras.Select(lora => lora.Match(checkpoint.UNet, [.. checkpoint.TextEncoders]))];
            double matching = watch.Elapsed.TotalSeconds;
            List<(MergedLoras Merged, IReadOnlyDictionary<string, LoraDelta>[] Deltas)> networks =
            [
                (new MergedLoras(unet.Weights), [.. matched.Select(lora => lora.UNet)]),
                .. textEncoders.Select((encoder, i) => (new MergedLoras(encoder.Weights), matched.Select(lora => lora.TextEncoders[i]).ToArray())),
            ];
            return Measure(networks, cancellationToken) with
            {
                Name = string.Join(" + ", loras.Select(lora => lora.Name)),
                MatchSeconds = Bench.Rounded(matching),
            };
        }
        finally
        {
            loras.ForEach(lora => lora.Dispose());
        }
    }

    private LoraBenchReport Measure(List<(MergedLoras Merged, IReadOnlyDictionary<string, LoraDelta>[] Deltas)> networks, CancellationToken cancellationToken)
    {
        List<double> merged = [], changed = [], taken = [];
        long? after = null;
        for (int i = 0; i < Switches; i++)
        {
            // Other strengths each time, so that nothing could be left as it is.
            float strength = 1 - (0.01f * i);
            merged.Add(Seconds(() => Become(Strengths(strength, strength))));
            step();
            if (paths.Count > 1)
            {
                changed.Add(Seconds(() => Become(Strengths(strength, strength / 2))));
                step();
            }

            taken.Add(Seconds(() => networks.ForEach(network => network.Merged.Become([], cancellationToken))));
            step();
            after ??= MemoryWatch.Private;
        }

        return new LoraBenchReport
        {
            Weights = networks.Sum(network => network.Deltas.SelectMany(deltas => deltas.Keys).Distinct().Count()),
            MergeSeconds = Bench.Rounded(Bench.Median([.. merged])),
            ChangeLastSeconds = changed.Count > 0 ? Bench.Rounded(Bench.Median([.. changed])) : null,
            RestoreSeconds = Bench.Rounded(Bench.Median([.. taken])),
            Switches = Switches,
            PrivateBytesAfterFirst = after,
            PrivateBytesAfterLast = MemoryWatch.Private,
        };

        void Become(float[] strengths) => networks.ForEach(network => network.Merged.Become(network.Deltas.Zip(strengths), cancellationToken));
    }

    /// <summary>One for each LoRA.</summary>
    private float[] Strengths(float all, float last) => [.. Enumerable.Repeat(all, paths.Count - 1), last];

    private static double Seconds(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
