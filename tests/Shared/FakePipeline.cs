using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Tests;

/// <summary>
/// A pipeline that draws a gradient from the seed, so that everything around it can be tested in milliseconds.
/// What happens at each step is the test's to say.
/// </summary>
internal sealed class FakePipeline : IImagePipeline
{
    /// <summary>Runs on the worker's thread before each step (1, 2 ...): wait, throw, or count.</summary>
    public Action<ImageRecipe, int, CancellationToken> BeforeStep { get; set; } = static (_, _, _) => { };

    public bool IsDisposed { get; private set; }

    /// <summary>The thread that generated last.</summary>
    public Thread? Thread { get; private set; }

    public LatentPreview Preview { get; } = new([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0]);

    public RgbImage Generate(ImageRecipe recipe, IProgress<StepProgress> progress, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Thread = Thread.CurrentThread;
        progress.Report(new StepProgress(GenerationStage.EncodingPrompt, 0, recipe.Steps));
        progress.Report(new StepProgress(GenerationStage.Denoising, 0, recipe.Steps, LatentOf(recipe, 0)));
        for (int step = 1; step <= recipe.Steps; step++)
        {
            BeforeStep(recipe, step, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(new StepProgress(GenerationStage.Denoising, step, recipe.Steps, LatentOf(recipe, step)));
        }

        progress.Report(new StepProgress(GenerationStage.Decoding, recipe.Steps, recipe.Steps));
        return Draw(recipe);
    }

    public void Dispose() => IsDisposed = true;

    /// <summary>Never goes on by itself: only cancelling ends it.</summary>
    public static void HangUntilCancelled(CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static Latent LatentOf(ImageRecipe recipe, int step)
    {
        (int width, int height) = (Math.Max(1, recipe.Width / 8), Math.Max(1, recipe.Height / 8));
        float[] values = new float[4 * width * height];
        Array.Fill(values, (float)step / recipe.Steps);
        return new Latent(4, height, width, values);
    }

    private static RgbImage Draw(ImageRecipe recipe)
    {
        byte[] pixels = new byte[recipe.Width * recipe.Height * 3];
        for (int y = 0; y < recipe.Height; y++)
        {
            for (int x = 0; x < recipe.Width; x++)
            {
                int at = (y * recipe.Width + x) * 3;
                pixels[at] = (byte)(x * 255 / recipe.Width);
                pixels[at + 1] = (byte)(y * 255 / recipe.Height);
                pixels[at + 2] = (byte)recipe.Seed;
            }
        }

        return new RgbImage(recipe.Width, recipe.Height, pixels);
    }
}
