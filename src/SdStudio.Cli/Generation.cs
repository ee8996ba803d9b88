using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>One run of <c>sdstudio generate</c>, as it was asked for.</summary>
internal sealed class Generation
{
    public required StudioFolders Folders { get; init; }

    /// <summary>Path or name.</summary>
    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    public required int Steps { get; init; }

    public required string Sampler { get; init; }

    /// <summary>Null: the one that goes with the sampler.</summary>
    public required string? Schedule { get; init; }

    public required float GuidanceScale { get; init; }

    /// <summary>Null: random.</summary>
    public required long? Seed { get; init; }

    /// <summary>Null: the model's own.</summary>
    public required int? Width { get; init; }

    /// <summary>Null: the model's own.</summary>
    public required int? Height { get; init; }

    public required int ClipSkip { get; init; }

    public required LoraSelection[] Loras { get; init; }

    /// <summary>Full path of the PNG.</summary>
    public required string Path { get; init; }

    public required InferenceSettings Device { get; init; }

    public required TextWriter Output { get; init; }

    public int Run(CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        (string name, string checkpointPath) = Folders.Locate(ModelKind.Checkpoint, Model);
        Dictionary<string, string> loraPaths = new(StringComparer.Ordinal);
        List<LoraSelection> loras = [.. Loras.Select(lora => Located(lora, loraPaths))];
        int native;
        using (Checkpoint checkpoint = Checkpoint.Open(checkpointPath))
        {
            native = checkpoint.NativeSize;
        }

        ImageRecipe recipe = new()
        {
            Prompt = Prompt,
            NegativePrompt = NegativePrompt,
            Checkpoint = name,
            Width = Width ?? native,
            Height = Height ?? native,
            Steps = Steps,
            GuidanceScale = GuidanceScale,
            Seed = Seed ?? System.Random.Shared.NextInt64(),
            Sampler = Sampler,
            Schedule = Schedule ?? SamplerCatalog.Find(Sampler)!.DefaultSchedule,
            ClipSkip = ClipSkip,
            Loras = [.. loras],
        };

        // Known before the minutes of work, not after them.
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        RgbImage image = ProgressDisplay.Show(Output, progress => Make(checkpointPath, recipe, loraPaths, progress, cancellationToken));
        Save(image, recipe);
        Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path}: {recipe.Width} x {recipe.Height}, seed {recipe.Seed}, {watch.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Success;
    }

    private RgbImage Make(
        string checkpointPath, ImageRecipe recipe, Dictionary<string, string> loraPaths, IProgress<StepProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new StepProgress(GenerationStage.LoadingModel, 0, recipe.Steps));
        using InferenceDevice device = InferenceDevice.Open(Device);
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(checkpointPath, new PipelineSettings(Folders.Roots, loraPaths.GetValueOrDefault), device);
        cancellationToken.ThrowIfCancellationRequested();
        return pipeline.Generate(recipe, progress, cancellationToken);
    }

    private LoraSelection Located(LoraSelection lora, Dictionary<string, string> paths)
    {
        (string name, string path) = Folders.Locate(ModelKind.Lora, lora.Name);
        paths[name] = path;
        return lora with { Name = name };
    }

    /// <summary>Under a temporary name first: the file that was asked for is whole or not there.</summary>
    private void Save(RgbImage image, ImageRecipe recipe)
    {
        string temporary = Path + ".part";
        File.WriteAllBytes(temporary, PngFile.Encode(image, new KeyValuePair<string, string>(PngFile.ParametersKeyword, RecipeParameters.Write(recipe))));
        File.Move(temporary, Path, overwrite: true);
    }
}
