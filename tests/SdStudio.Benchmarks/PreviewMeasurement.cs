using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Imaging;

namespace SdStudio.Benchmarks;

/// <summary>
/// What live previews cost: one frame alone, and the processor time of whole pictures with a frame encoded at every step against without.
/// Processor time, because frames are encoded beside the steps on a core of their own.
/// </summary>
internal static class PreviewMeasurement
{
    private const int Steps = 20;
    private const int Pictures = 5;
    private const int Frames = 200;

    public static void Run(string model, int side)
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using IImagePipeline pipeline = StableDiffusionPipeline.Load(model, new PipelineSettings([], _ => null), device);
        ImageRecipe recipe = new() { Prompt = "a beach sunset", Checkpoint = "", Width = side, Height = side, Steps = Steps, Seed = 1 };

        Latent? last = null;
        Make(pipeline, recipe, latent => last = latent);
        Stopwatch watch = Stopwatch.StartNew();
        int bytes = 0;
        for (int i = 0; i < Frames; i++)
        {
            bytes = Encode(pipeline.Preview, last!);
        }

        Print("one frame", watch.Elapsed.TotalMilliseconds / Frames, string.Create(CultureInfo.InvariantCulture, $"ms, {bytes} bytes"));
        List<double> without = [], with = [];
        for (int i = 0; i < Pictures; i++)
        {
            without.Add(Make(pipeline, recipe, _ => { }));
            with.Add(Make(pipeline, recipe, latent => Encode(pipeline.Preview, latent)));
        }

        if (pipeline.SharpPreview is { } sharp && sharp.Prepare())
        {
            Print("one frame by the tiny decoder", Sharply(sharp, last!), "ms of processor time");
        }

        double plain = without.Order().ElementAt(Pictures / 2), watched = with.Order().ElementAt(Pictures / 2);
        Print("step, nobody watches", plain, "ms of processor time");
        Print("step, somebody watches", watched, "ms of processor time");
        Print("cost of previews", (watched / plain - 1) * 100, "%");
    }

    private static int Encode(LatentPreview preview, Latent latent) => PreviewEncoder.Encode(preview.Render(latent)).Length;

    private static double Sharply(ISharpPreview sharp, Latent latent)
    {
        using Process process = Process.GetCurrentProcess();
        sharp.Render(latent);
        process.Refresh();
        TimeSpan before = process.TotalProcessorTime;
        for (int i = 0; i < Pictures; i++)
        {
            PreviewEncoder.Encode(sharp.Render(latent)!);
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds / Pictures;
    }

    /// <returns>Milliseconds of processor time a step, decoding included.</returns>
    private static double Make(IImagePipeline pipeline, ImageRecipe recipe, Action<Latent> show)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        pipeline.Generate(recipe, new Reporting(show), CancellationToken.None);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds / Steps;
    }

    private static void Print(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-36} {value,8:0.00} {unit}"));

    private sealed class Reporting(Action<Latent> show) : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
            if (value.Denoised is { } latent)
            {
                show(latent);
            }
        }
    }
}
