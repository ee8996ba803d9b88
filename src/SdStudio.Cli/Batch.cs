using System.Diagnostics;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Cli;

/// <summary>Several pictures in a row with a model that is loaded once.</summary>
internal static class Batch
{
    /// <param name="take">Gets each picture as it is done: its place from 0, recipe, pixels, and the time from the first step to the decoded picture.</param>
    public static void Make(
        ChosenModel model,
        InferenceSettings device,
        IReadOnlyList<ImageRecipe> recipes,
        TextWriter output,
        Action<int, ImageRecipe, RgbImage, TimeSpan> take,
        CancellationToken cancellationToken) =>
        ProgressDisplay.ShowAll(output, recipes, progress =>
        {
            progress.Report(new StepProgress(GenerationStage.LoadingModel, 0, recipes[0].Steps));
            using StableDiffusionPipeline pipeline = model.Load(device);
            for (int i = 0; i < recipes.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Begin(i);
                Stopwatch watch = Stopwatch.StartNew();
                RgbImage image = pipeline.Generate(recipes[i], progress, cancellationToken);
                take(i, recipes[i], image, watch.Elapsed);
                progress.Finish(watch.Elapsed);
            }
        });
}
