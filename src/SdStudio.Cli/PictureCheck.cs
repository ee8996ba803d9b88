using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;
using SdStudio.Storage.Verification;

namespace SdStudio.Cli;

/// <summary>One run of <c>sdstudio verify</c>, as it was asked for.</summary>
internal sealed class PictureCheck
{
    /// <summary>Full path.</summary>
    public required string Picture { get; init; }

    /// <summary>Name or path; null: as the picture says.</summary>
    public required string? Model { get; init; }

    public required StudioFolders Folders { get; init; }

    /// <summary>Full path of a PNG to write; null for none.</summary>
    public required string? Difference { get; init; }

    /// <summary>Full path of a PNG to write; null for none.</summary>
    public required string? Again { get; init; }

    public required InferenceSettings Device { get; init; }

    public required TextWriter Output { get; init; }

    /// <returns>Success for the same, also to the eye.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        VerifiablePicture kept = VerifiablePicture.Read(Picture)
            ?? throw new IOException($"{Picture} holds no recipe. Pictures that were shared without their text cannot be made again.");
        (string name, string path) = Folders.Locate(ModelKind.Checkpoint, Model ?? kept.Recipe.Checkpoint);
        ImageRecipe recipe = kept.Recipe with { Checkpoint = name };
        Dictionary<string, string> loras = recipe.Loras.ToDictionary(lora => lora.Name, lora => Folders.Locate(ModelKind.Lora, lora.Name).Path, StringComparer.Ordinal);
        Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {recipe.Width} x {recipe.Height}, {recipe.Steps} steps, seed {recipe.Seed}"));

        (RgbImage again, PictureTrace now) = Make(recipe, path, loras, cancellationToken);
        VerificationReport report = PictureComparison.Of(kept, again, now);
        Tell(report);
        Write(kept, again, now, recipe);
        return report.Verdict == Verdict.Different ? ExitCode.Failure : ExitCode.Success;
    }

    private (RgbImage Picture, PictureTrace Trace) Make(ImageRecipe recipe, string path, Dictionary<string, string> loras, CancellationToken cancellationToken)
    {
        PipelineSettings settings = new(Folders.Roots, loras.GetValueOrDefault)
        {
            FindModel = other => Folders.Locate(ModelKind.Checkpoint, other).Path,
            FindVae = vae => Folders.Locate(ModelKind.Vae, vae).Path,
            FindTextEncoder = encoder => Folders.Locate(ModelKind.TextEncoder, encoder).Path,
        };
        RgbImage? picture = null;
        LatentRecorder recorder = new();
        InferenceDevice device = InferenceDevice.Open(Device);
        ProgressDisplay.ShowAll(Output, [recipe], progress =>
        {
            progress.Begin(0);
            progress.Report(new StepProgress(GenerationStage.LoadingModel, 0, recipe.Steps));
            using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(path, settings, device, recipe);
            Stopwatch watch = Stopwatch.StartNew();
            picture = pipeline.Generate(recipe, new RecordedProgress(progress, recorder), cancellationToken);
            progress.Finish(watch.Elapsed);
        });

        // This thread is the worker's own: nobody else waits with it.
        return (picture!, device.Report.NewTrace() with
        {
            Latents = recorder.Hashes,
            ModelHash = ModelCatalog.HashAsync(ModelKind.Checkpoint, path, cancellationToken).GetAwaiter().GetResult(),
            LoraHashes = loras
                .Select(lora => (lora.Key, Hash: ModelCatalog.HashAsync(ModelKind.Lora, lora.Value, cancellationToken).GetAwaiter().GetResult()))
                .Where(lora => lora.Hash is not null)
                .ToImmutableSortedDictionary(lora => lora.Key, lora => lora.Hash!, StringComparer.Ordinal),
        });
    }

    private void Tell(VerificationReport report)
    {
        Output.WriteLine(report.Headline);
        if (report.Parting is { } parting)
        {
            Output.WriteLine(parting);
        }

        foreach (LikelyCause cause in report.Causes)
        {
            Output.WriteLine($"  {cause.Source}{(cause.IsKnown ? "" : " (likely)")}: {cause.Sentence}");
        }

        if (report is { Distance: { } distance, Verdict: not Verdict.BitSame })
        {
            Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  largest difference {distance.LargestDifference}, mean {distance.MeanDifference:0.###} of 255; similarity {distance.Similarity:0.####}; colour ΔE {distance.ColourDifference:0.##}, largest {distance.LargestColourDifference:0.##}"));
        }
    }

    private void Write(VerifiablePicture kept, RgbImage again, PictureTrace now, ImageRecipe recipe)
    {
        if (Again is not null)
        {
            WholeFile.Write(Again, PngFile.Encode(again, PictureTexts.For(recipe, DateTimeOffset.Now, TimeSpan.Zero, now.ModelHash, now.LoraHashes, now)));
        }

        if (Difference is not null && (again.Width, again.Height) == (kept.Pixels.Width, kept.Pixels.Height))
        {
            WholeFile.Write(Difference, PngFile.Encode(DifferencePicture.Of(kept.Pixels, again)));
        }
    }
}
