using System.Diagnostics;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Cli;

/// <summary>
/// Measures the networks themselves: no tokenizer is needed, and nothing else is in the numbers. Steps alternate with a matrix product,
/// so that whatever else the machine does falls on both.
/// </summary>
/// <param name="name">Of the model.</param>
/// <param name="path">Of the model.</param>
/// <param name="settings">What runs it.</param>
/// <param name="isGuided">Whether a step is two evaluations.</param>
/// <param name="decodes">Whether the picture is decoded too.</param>
/// <param name="loras">Paths of LoRAs whose merging is measured too.</param>
internal sealed class Bench(string name, string path, InferenceSettings settings, bool isGuided, bool decodes, IReadOnlyList<string> loras)
{
    /// <param name="width">Pixels; null for the model's native size.</param>
    /// <param name="height">Pixels; null for the model's native size.</param>
    /// <param name="steps">Measured after one to warm up.</param>
    public BenchReport Run(int? width, int? height, int steps, CancellationToken cancellationToken)
    {
        using MemoryWatch memory = new();
        Stopwatch watch = Stopwatch.StartNew();
        InferenceDevice device = InferenceDevice.Open(settings);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        (int w, int h) = (width ?? checkpoint.NativeSize, height ?? checkpoint.NativeSize);
        if (w % checkpoint.SizeStep != 0 || h % checkpoint.SizeStep != 0)
        {
            throw new IOException($"This model's sizes are multiples of {checkpoint.SizeStep}; {w} x {h} is not.");
        }

        List<TextEncoder> texts = [];
        try
        {
            texts.AddRange(Enumerable.Range(0, checkpoint.TextEncoderSettings.Length).Select(i => new TextEncoder(device, checkpoint, i)));
            return Run(device, checkpoint, texts, w, h, steps, watch, memory, cancellationToken);
        }
        finally
        {
            texts.ForEach(text => text.Dispose());
        }
    }

    /// <param name="watch">Runs since loading began.</param>
    private BenchReport Run(
        InferenceDevice device, Checkpoint checkpoint, List<TextEncoder> texts, int width, int height, int steps, Stopwatch watch, MemoryWatch memory, CancellationToken cancellationToken)
    {
        using UNet unet = new(device, checkpoint);
        double load = watch.Elapsed.TotalSeconds;

        Stopwatch encoding = Stopwatch.StartNew();
        Conditioning read = texts.Select(text => new Conditioning(text.Encode(new int[text.Tokens], clipSkip: 1, cancellationToken), text.Tokens, text.Dimension))
            .Aggregate((left, right) => left.Beside(right));
        Conditioning conditioning = read with { Label = unet.LabelWidth is { } label ? new float[label] : null };
        double reading = encoding.Elapsed.TotalSeconds;
        int factor = checkpoint.VaeLayout.Factor;
        Latent latent = new MersenneNoise(1).Next(unet.InChannels, height / factor, width / factor);
        Step(unet, latent, conditioning, cancellationToken);
        double first = watch.Elapsed.TotalSeconds;

        (double[] seconds, double gigaflops) = Measure(unet, latent, conditioning, steps, cancellationToken);
        LoraBenchReport? switching = loras.Count == 0 ? null : new LoraBench(loras, () => Step(unet, latent, conditioning, cancellationToken)).Run(unet, texts, checkpoint, cancellationToken);
        double? decoding = decodes ? Decode(device, checkpoint, new MersenneNoise(1).Next(unet.OutChannels, latent.Height, latent.Width), cancellationToken) : null;
        int evaluations = isGuided ? 2 : 1;
        double step = Median(seconds);
        return new BenchReport
        {
            Model = name,
            Device = device.Report.Name,
            LowMemory = settings.LowMemory,
            Width = width,
            Height = height,
            LoadSeconds = Rounded(load),
            TextSeconds = Rounded(reading),
            LoadToFirstStepSeconds = Rounded(first),
            SecondsPerStep = Rounded(step),
            FastestStepSeconds = Rounded(seconds.Min()),
            Steps = steps,
            EvaluationsPerStep = evaluations,
            SecondsPerEvaluation = Rounded(step / evaluations),
            DecodeSeconds = decoding is { } value ? Rounded(value) : null,
            Lora = switching,
            PeakMemoryBytes = MemoryWatch.PeakResident,
            PeakPrivateBytes = memory.PeakPrivate,
            MatrixGigaflops = Rounded(gigaflops),
            EvaluationPerMatrixTeraflop = Rounded(gigaflops / 1000 * step / evaluations),
        };
    }

    private (double[] Seconds, double Gigaflops) Measure(UNet unet, Latent latent, Conditioning conditioning, int steps, CancellationToken cancellationToken)
    {
        using MatrixProduct product = new(settings);
        product.Measure();
        double[] seconds = new double[steps];
        double[] speeds = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            speeds[i] = product.Measure();
            Stopwatch watch = Stopwatch.StartNew();
            Step(unet, latent, conditioning, cancellationToken);
            seconds[i] = watch.Elapsed.TotalSeconds;
        }

        return (seconds, Median(speeds));
    }

    private void Step(UNet unet, Latent latent, Conditioning conditioning, CancellationToken cancellationToken)
    {
        const float Timestep = 500;
        if (isGuided)
        {
            unet.PredictPair(latent, Timestep, conditioning, conditioning, cancellationToken);
        }
        else
        {
            unet.Predict(latent, Timestep, conditioning, cancellationToken);
        }
    }

    private static double Decode(InferenceDevice device, Checkpoint checkpoint, Latent latent, CancellationToken cancellationToken)
    {
        using VaeDecoder decoder = new(device, checkpoint);
        Stopwatch watch = Stopwatch.StartNew();
        decoder.Decode(latent, cancellationToken);
        return watch.Elapsed.TotalSeconds;
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    internal static double Rounded(double value) => Math.Round(value, 4);
}
