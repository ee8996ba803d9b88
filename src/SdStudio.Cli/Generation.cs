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
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<(string? Model, Dictionary<string, string> Loras)> hashes = Task.Run(() => HashAsync(checkpointPath, loraPaths, stopping.Token), CancellationToken.None);
        try
        {
            (RgbImage image, TimeSpan duration) = ProgressDisplay.Show(Output, progress => Make(checkpointPath, recipe, loraPaths, progress, cancellationToken));
            // This thread is the worker's own: nobody else waits with it.
            (string? modelHash, Dictionary<string, string> loraHashes) = hashes.GetAwaiter().GetResult();
            Save(image, PictureTexts.For(recipe, DateTimeOffset.Now, duration, modelHash, loraHashes));
        }
        finally
        {
            stopping.Cancel();
        }

        Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path}: {recipe.Width} x {recipe.Height}, seed {recipe.Seed}, {watch.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Success;
    }

    private (RgbImage Image, TimeSpan Duration) Make(
        string checkpointPath, ImageRecipe recipe, Dictionary<string, string> loraPaths, IProgress<StepProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new StepProgress(GenerationStage.LoadingModel, 0, recipe.Steps));
        InferenceDevice device = InferenceDevice.Open(Device);
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(checkpointPath, new PipelineSettings(Folders.Roots, loraPaths.GetValueOrDefault), device);
        cancellationToken.ThrowIfCancellationRequested();
        Stopwatch watch = Stopwatch.StartNew();
        return (pipeline.Generate(recipe, progress, cancellationToken), watch.Elapsed);
    }

    /// <summary>A large file takes seconds to hash, which pass while the picture is made.</summary>
    private static async Task<(string? Model, Dictionary<string, string> Loras)> HashAsync(
        string checkpointPath, Dictionary<string, string> loraPaths, CancellationToken cancellationToken)
    {
        Dictionary<string, string> loras = new(StringComparer.Ordinal);
        foreach ((string name, string path) in loraPaths)
        {
            if (await ModelCatalog.HashAsync(ModelKind.Lora, path, cancellationToken) is { } hash)
            {
                loras[name] = hash;
            }
        }

        return (await ModelCatalog.HashAsync(ModelKind.Checkpoint, checkpointPath, cancellationToken), loras);
    }

    private LoraSelection Located(LoraSelection lora, Dictionary<string, string> paths)
    {
        (string name, string path) = Folders.Locate(ModelKind.Lora, lora.Name);
        paths[name] = path;
        return lora with { Name = name };
    }

    /// <summary>Under a temporary name first: the file that was asked for is whole or not there.</summary>
    private void Save(RgbImage image, IReadOnlyList<KeyValuePair<string, string>> texts)
    {
        string temporary = Path + ".part";
        File.WriteAllBytes(temporary, PngFile.Encode(image, texts));
        File.Move(temporary, Path, overwrite: true);
    }
}
