using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Benchmarks;

/// <summary>
/// Measures the networks of a checkpoint on the CPU: loading, one evaluation, decoding, memory. Evaluations alternate with a matrix product
/// of the same runtime, because seconds differ from machine to machine and from minute to minute, and the share of that peak does not.
/// </summary>
internal static class NetworkMeasurement
{
    /// <summary>Work of one evaluation of Stable Diffusion 1.5's UNet at 64 x 64 and 77 tokens, in 10^9 operations.</summary>
    private const double UNetWork = 803;

    /// <summary>Latent cells of the picture's side.</summary>
    private const int Side = 64;

    private const int Evaluations = 3;

    private static volatile bool s_done;
    private static long s_peakPrivate;

    public static void Run(string path, bool lowMemory, bool unet, bool decode)
    {
        Thread sampler = new(WatchMemory) { IsBackground = true };
        sampler.Start();

        Stopwatch clock = Stopwatch.StartNew();
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Print("open", clock.Elapsed.TotalSeconds, "s");

        if (unet)
        {
            Denoise(device, checkpoint);
            PrintPeaks("up to the last step");
        }

        if (decode)
        {
            using VaeDecoder decoder = Time("load VAE decoder", () => new VaeDecoder(device, checkpoint));
            Latent latent = Noise(4, Side, Side);
            for (int i = 0; i < 2; i++)
            {
                Time($"decode {Side * decoder.Scale} x {Side * decoder.Scale}", () => decoder.Decode(latent, CancellationToken.None));
            }

            PrintPeaks("up to the last decoding");
        }

        s_done = true;
        sampler.Join();
    }

    private static void Denoise(InferenceDevice device, Checkpoint checkpoint)
    {
        using TextEncoder text = Time("load text encoder", () => new TextEncoder(device, checkpoint));
        float[] states = Time("encode a prompt", () => text.Encode(new int[text.Tokens], clipSkip: 1, CancellationToken.None));
        Conditioning conditioning = new(states, text.Tokens, text.Dimension);

        using UNet unet = Time("load UNet", () => new UNet(device, checkpoint));
        Print("memory after load", PrivateBytes() / 1e9, "GB private");

        using MatrixProduct product = new(new InferenceSettings());
        product.Measure();
        Latent latent = Noise(unet.InChannels, Side, Side);
        Time("first evaluation", () => unet.Predict(latent, 999, conditioning, CancellationToken.None));
        List<double> seconds = [], processor = [], peaks = [], processorPeaks = [];
        for (int i = 0; i < Evaluations; i++)
        {
            (double wall, double cpu) = Measure(() => product.Measure());
            peaks.Add(MatrixProduct.Gigaoperations / wall);
            processorPeaks.Add(MatrixProduct.Gigaoperations / cpu);
            (wall, cpu) = Measure(() => unet.Predict(latent, 999 - i, conditioning, CancellationToken.None));
            seconds.Add(wall);
            processor.Add(cpu);
        }

        Print("evaluation", Median(seconds), $"s (best {seconds.Min():0.00}), {Median(processor):0.00} s of processor time");
        Print("matrix product", Median(peaks), $"GFLOP/s by the clock, {Median(processorPeaks):0} GFLOP/s and core by processor time");
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
