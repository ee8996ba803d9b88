using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Benchmarks;

/// <summary>
/// Measures the networks of a checkpoint on the CPU, at the size it was trained on: loading, one evaluation, decoding, memory. Evaluations alternate with a matrix product
/// of the same runtime, because seconds differ from machine to machine and from minute to minute, and the share of that peak does not.
/// </summary>
internal static class NetworkMeasurement
{
    /// <summary>Work of one evaluation of Stable Diffusion 1.5's UNet at 64 x 64 and 77 tokens, in 10^9 operations.</summary>
    private const double UNetWork = 803;

    /// <summary>Latent cells of the side at which that work was counted.</summary>
    private const int CountedSide = 64;

    /// <summary>Of a prompt.</summary>
    private const int Tokens = 77;

    private static volatile bool s_done;
    private static long s_peakPrivate;

    /// <param name="evaluations">After the first, which is slower.</param>
    public static void Run(string path, bool lowMemory, bool unet, bool decode, int evaluations = 3)
    {
        Thread sampler = new(WatchMemory) { IsBackground = true };
        sampler.Start();

        Stopwatch clock = Stopwatch.StartNew();
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Print("open", clock.Elapsed.TotalSeconds, "s");
        int side = checkpoint.NativeSize / checkpoint.SizeStep;

        if (unet)
        {
            Denoise(device, checkpoint, side, evaluations);
            PrintPeaks("up to the last step");
        }

        if (decode)
        {
            using VaeDecoder decoder = Time("load VAE decoder", () => new VaeDecoder(device, checkpoint));
            Latent latent = Noise(4, side, side);
            for (int i = 0; i < 2; i++)
            {
                Time($"decode {side * decoder.Scale} x {side * decoder.Scale}", () => decoder.Decode(latent, CancellationToken.None));
            }

            PrintPeaks("up to the last decoding");
        }

        s_done = true;
        sampler.Join();
    }

    private static void Denoise(InferenceDevice device, Checkpoint checkpoint, int side, int evaluations)
    {
        if (checkpoint.Has(Component.TextEncoder))
        {
            using TextEncoder text = Time("load text encoder", () => new TextEncoder(device, checkpoint));
            Time("encode a prompt", () => text.Encode(new int[text.Tokens], clipSkip: 1, CancellationToken.None));
        }

        // What the prompt says makes no difference to the time, so none is needed.
        using UNet unet = Time("load UNet", () => new UNet(device, checkpoint));
        int dimension = (int)unet.ContextDimension;
        Conditioning conditioning = new([.. Noise(1, Tokens, dimension).Values], Tokens, dimension)
        {
            Label = unet.LabelWidth is { } label ? [.. Noise(1, 1, label).Values] : null,
        };
        Print("memory after load", PrivateBytes() / 1e9, "GB private");

        using MatrixProduct product = new(new InferenceSettings());
        product.Measure();
        Latent latent = Noise(unet.InChannels, side, side);
        Time("first evaluation", () => unet.Predict(latent, 999, conditioning, CancellationToken.None));
        List<double> seconds = [], processor = [], peaks = [], processorPeaks = [];
        for (int i = 0; i < evaluations; i++)
        {
            (double wall, double cpu) = Measure(() => product.Measure());
            peaks.Add(MatrixProduct.Gigaoperations / wall);
            processorPeaks.Add(MatrixProduct.Gigaoperations / cpu);
            (wall, cpu) = Measure(() => unet.Predict(latent, 999 - i, conditioning, CancellationToken.None));
            seconds.Add(wall);
            processor.Add(cpu);
        }

        if (evaluations == 0)
        {
            Print("memory after a step", PrivateBytes() / 1e9, "GB private");
            return;
        }

        Print($"evaluation, {side} x {side}", Median(seconds), $"s (best {seconds.Min():0.00}), {Median(processor):0.00} s of processor time");
        Print("matrix product", Median(peaks), $"GFLOP/s by the clock, {Median(processorPeaks):0} GFLOP/s and core by processor time");
        Print("times what the product takes for 10^12", Median(seconds) * Median(peaks) / 1000, $"by the clock, {Median(processor) * Median(processorPeaks) / 1000:0.00} by processor time");
        if (checkpoint.Family != ModelFamilies.StableDiffusion1 || side != CountedSide)
        {
            Print("memory after steps", PrivateBytes() / 1e9, "GB private");
            return;
        }

        Print(
            "share of the matrix product's speed", UNetWork / Median(seconds) / Median(peaks),
            $"by the clock, {UNetWork / Median(processor) / Median(processorPeaks):0.00} by processor time");
        Print("memory after steps", PrivateBytes() / 1e9, "GB private");
    }

    private static T Time<T>(string what, Func<T> action)
    {
        T? result = default;
        (double wall, double cpu) = Measure(() => result = action());
        Print(what, wall, $"s, {cpu:0.00} s of processor time");
        return result!;
    }

    private static (double Wall, double Cpu) Measure(Action action)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        action();
        double wall = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return (wall, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static void Print(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-36} {value,8:0.00} {unit}"));

    private static void PrintPeaks(string when)
    {
        Print($"peak, {when}", StatusBytes("VmHWM") / 1e9, "GB resident, mapped file included");
        Print($"peak, {when}", Interlocked.Read(ref s_peakPrivate) / 1e9, "GB private");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Latent Noise(int channels, int height, int width)
    {
        Random random = new(1);
        return new Latent(channels, height, width, [.. Enumerable.Range(0, channels * height * width).Select(_ => (float)random.NextDouble() * 2 - 1)]);
    }

    private static void WatchMemory()
    {
        while (!s_done)
        {
            s_peakPrivate = Math.Max(s_peakPrivate, PrivateBytes());
            Thread.Sleep(20);
        }
    }

    private static long PrivateBytes() => StatusBytes("RssAnon");

    /// <summary>Linux tells private memory and mapped files apart; elsewhere there is only the whole.</summary>
    private static long StatusBytes(string name)
    {
        if (!File.Exists("/proc/self/status"))
        {
            using Process process = Process.GetCurrentProcess();
            return name == "VmHWM" ? process.PeakWorkingSet64 : process.PrivateMemorySize64;
        }

        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
