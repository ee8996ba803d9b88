using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
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

    private const int MatrixSize = 2048;

    private static volatile bool s_done;
    private static long s_peakPrivate;

    public static void Run(string path, bool lowMemory, int evaluations, int side, bool decode)
    {
        Thread sampler = new(WatchMemory) { IsBackground = true };
        sampler.Start();

        Stopwatch clock = Stopwatch.StartNew();
        using InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Print("open", clock.Elapsed.TotalSeconds, "s");

        Conditioning conditioning;
        using (TextEncoder text = Time("load text encoder", () => new TextEncoder(device, checkpoint)))
        {
            float[] states = Time("encode a prompt", () => text.Encode(new int[text.Tokens], clipSkip: 1, CancellationToken.None));
            conditioning = new Conditioning(states, text.Tokens, text.Dimension);
        }

        using (UNet unet = Time("load UNet", () => new UNet(device, checkpoint)))
        {
            Print("memory after load", PrivateBytes() / 1e9, "GB private");
            if (evaluations > 0)
            {
                Evaluate(unet, conditioning, evaluations, side);
                Print("memory after steps", PrivateBytes() / 1e9, "GB private");
            }
        }

        PrintPeaks("up to the last step");
        if (decode)
        {
            using VaeDecoder decoder = Time("load VAE decoder", () => new VaeDecoder(device, checkpoint));
            Latent latent = Noise(4, side, side);
            for (int i = 0; i < 2; i++)
            {
                Time($"decode {side * decoder.Scale} x {side * decoder.Scale}", () => decoder.Decode(latent, CancellationToken.None));
            }

            PrintPeaks("with decoding");
        }

        s_done = true;
        sampler.Join();
    }

    private static void Evaluate(UNet unet, Conditioning conditioning, int evaluations, int side)
    {
        using MatrixProduct product = new(MatrixSize);
        product.Run();
        Latent latent = Noise(unet.InChannels, side, side);
        Time("first evaluation", () => unet.Predict(latent, 999, conditioning, CancellationToken.None));
        List<double> seconds = [], processor = [], peaks = [], processorPeaks = [];
        double work = UNetWork * side * side / 4096;
        for (int i = 0; i < evaluations; i++)
        {
            (double wall, double cpu) = Measure(() => product.Run());
            peaks.Add(product.Work / wall);
            processorPeaks.Add(product.Work / cpu);
            (wall, cpu) = Measure(() => unet.Predict(latent, 999 - i, conditioning, CancellationToken.None));
            seconds.Add(wall);
            processor.Add(cpu);
        }

        Print("evaluation", Median(seconds), $"s (best {seconds.Min():0.00}), {Median(processor):0.00} s of processor time");
        Print("matrix product", Median(peaks), $"GFLOP/s by the clock, {Median(processorPeaks):0} GFLOP/s and core by processor time");

        // Operations are counted at 64 x 64; attention grows with the square, so the share is exact at that size only.
        if (side == 64)
        {
            Print("share of the matrix product's speed", work / Median(seconds) / Median(peaks), $"by the clock, {work / Median(processor) / Median(processorPeaks):0.00} by processor time");
        }
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

    /// <summary>One large product of two square matrices, as the runtime does it.</summary>
    private sealed class MatrixProduct : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue _a, _b;
        private readonly RunOptions _options = new();

        public MatrixProduct(int size)
        {
            Diffusion.Graphs.OnnxGraph graph = new();
            string side = size.ToString(CultureInfo.InvariantCulture);
            graph.Inputs.Add(new("a", ElementType.Float32, [side, side]));
            graph.Inputs.Add(new("b", ElementType.Float32, [side, side]));
            graph.Nodes.Add(new("product", "MatMul", "", ["a", "b"], ["c"], []));
            graph.Outputs.Add(new("c", ElementType.Float32, [side, side]));
            using SessionOptions options = Providers.NewOptions(new InferenceSettings());
            _session = new InferenceSession(graph.ToBytes(), options);
            float[] values = [.. Enumerable.Range(0, size * size).Select(i => MathF.Sin(i))];
            _a = OrtValue.CreateTensorValueFromMemory(values, [size, size]);
            _b = OrtValue.CreateTensorValueFromMemory((float[])values.Clone(), [size, size]);
            Work = Repeats * 2.0 * size * size * size / 1e9;
        }

        private static int Repeats => 10;

        /// <summary>10^9 operations of one <see cref="Run"/>.</summary>
        public double Work { get; }

        public void Run()
        {
            for (int i = 0; i < Repeats; i++)
            {
                using IDisposableReadOnlyCollection<OrtValue> result = _session.Run(_options, ["a", "b"], [_a, _b], ["c"]);
            }
        }

        public void Dispose()
        {
            _a.Dispose();
            _b.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
