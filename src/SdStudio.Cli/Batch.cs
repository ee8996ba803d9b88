using System.Diagnostics;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Cli;

/// <summary>Several pictures in a row with a model that is loaded once.</summary>
internal static class Batch
{
    /// <param name="take">Gets each picture as it is done: its place from 0, recipe, pixels, the time from the first step to the decoded picture, and on what it was made.</param>
    public static void Make(
        ChosenModel model,
        InferenceSettings device,
        IReadOnlyList<ImageRecipe> recipes,
        TextWriter output,
        Action<int, ImageRecipe, RgbImage, TimeSpan, PictureTrace> take,
        CancellationToken cancellationToken) =>
        ProgressDisplay.ShowAll(output, recipes, progress =>
        {
            progress.Report(new StepProgress(GenerationStage.LoadingModel, 0, recipes[0].Steps));
            InferenceDevice opened = InferenceDevice.Open(device);
            using StableDiffusionPipeline pipeline = model.Load(opened);
            for (int i = 0; i < recipes.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Begin(i);
                Stopwatch watch = Stopwatch.StartNew();
                LatentRecorder recorder = new();
                RgbImage image = pipeline.Generate(recipes[i], new RecordedProgress(progress, recorder), cancellationToken);
                take(i, recipes[i], image, watch.Elapsed, opened.Report.NewTrace() with { Latents = recorder.Hashes });
                progress.Finish(watch.Elapsed);
            }
        });
}
