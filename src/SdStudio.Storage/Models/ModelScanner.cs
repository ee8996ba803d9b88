using System.Collections.Concurrent;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Storage.Models;

/// <summary>
/// Describes the models under the roots from their headers, configs and sidecars, several at a time. A broken one is described too, with what is
/// wrong. What has not changed since the last scan is not read again.
/// </summary>
internal sealed class ModelScanner
{
    private readonly ConcurrentDictionary<string, (ModelStamp Stamp, ModelFile Model)> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the last scan passed over a file that was still being written.</summary>
    public bool IsUnsettled { get; private set; }

    /// <param name="restsSince">A file that changed later than this is still being written: it is passed over, or shown as it was. Null reads everything.</param>
    public IReadOnlyList<ModelFile> Scan(IEnumerable<string> roots, DateTime? restsSince, CancellationToken cancellationToken)
    {
        string[] folders = [.. roots];
        IReadOnlyList<string> parts = ModelFolders.Roots(folders);
        IReadOnlyList<FoundModel> found = ModelFolders.Find(folders, cancellationToken);
        var models = new ModelFile?[found.Count];
        int unsettled = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount / 2, 1, 8) };
        Parallel.For(0, found.Count, options, i =>
        {
            models[i] = Describe(found[i], parts, restsSince, out bool isUnsettled);
            if (isUnsettled)
            {
                Interlocked.Exchange(ref unsettled, 1);
            }
        });

        Forget(found);
        IsUnsettled = unsettled != 0;
        return [.. models.OfType<ModelFile>()
            .GroupBy(model => model.Kind)
            .SelectMany(kind => kind.Zip(ModelNames.MakeUnique([.. kind]), (model, name) => model with { Name = name }))
            .OrderBy(model => model.Title, StringComparer.OrdinalIgnoreCase).ThenBy(model => model.Name, StringComparer.Ordinal)];
    }

    /// <summary>One file or folder by itself.</summary>
    public static ModelFile Describe(string path, IReadOnlyList<string> roots)
    {
        FoundModel found = ModelFolders.One(path);
        (string? picture, string[] notes) = ModelSidecars.Find(found);
        return Describe(found, [.. roots], notes) with { PreviewPath = picture };
    }

    private void Forget(IReadOnlyList<FoundModel> found)
    {
        HashSet<string> present = found.Select(model => model.Path).ToHashSet(StringComparer.Ordinal);
        foreach (string path in _known.Keys.Where(path => !present.Contains(path)))
        {
            _known.TryRemove(path, out _);
        }
    }

    private ModelFile? Describe(FoundModel found, IReadOnlyList<string> roots, DateTime? restsSince, out bool isUnsettled)
    {
        isUnsettled = false;
        (string? picture, string[] notes) = ModelSidecars.Find(found);
        ModelStamp stamp = ModelStamp.Read(found, picture, notes);
        bool isKnown = _known.TryGetValue(found.Path, out (ModelStamp Stamp, ModelFile Model) known);

        // What a checkpoint lacks may have come in a file of its own.
        if (isKnown && known.Stamp == stamp && !(known.Model is { Kind: ModelKind.Checkpoint, Problem: not null }))
        {
            return known.Model;
        }

        if (restsSince is { } moment && stamp.LastChange > moment)
        {
            isUnsettled = true;
            return isKnown ? known.Model : null;
        }

        ModelFile model = Describe(found, roots, notes) with { PreviewPath = picture, PreviewVersion = stamp.PictureVersion };
        _known[found.Path] = (stamp, model);
        return model;
    }

    private static ModelFile Describe(FoundModel found, IReadOnlyList<string> roots, string[] notes)
    {
        string name = ModelNames.PlainName(found.Path, found.Kind);
        var model = new ModelFile { Name = name, Title = ModelNames.Prettify(name), Kind = found.Kind, Path = found.Path };
        try
        {
            // Before the header is read, which may fail: what people wrote about a file is shown with its problem.
            model = Detailed(model, ModelSidecars.Read(notes, new ModelDetails()));
            model = model with { Size = SizeOf(found.Path) };
            if (Directory.Exists(found.Path))
            {
                ModelIntroduction? introduction = ModelCardFile.Read(found.Path);
                return DescribeCheckpoint(model with { Title = introduction?.Title ?? model.Title, Introduction = introduction }, roots);
            }

            var header = TensorFile.ReadHeader(found.Path);
            model = Detailed(model, ModelSidecars.Read(notes, TrainingMetadata.Read(header.Metadata))) with { Precision = ModelPrecision.Of(header) };
            model = model with { Title = ModelNames.Title(header.Metadata.GetValueOrDefault("modelspec.title") ?? model.Details.Title, name), Kind = ModelContent.Kind(header, found.Kind) };
            return model.Kind switch
            {
                ModelKind.Checkpoint => DescribeCheckpoint(model, roots),
                ModelKind.Lora => DescribeLora(model, header),
                ModelKind.Embedding => model with { Family = ModelContent.EmbeddingFamily(header) },
                ModelKind.TextEncoder when !ModelContent.IsTextEncoder(header) => model with { Problem = "This file holds no text encoder of the kind that Stable Diffusion reads prompts with (CLIP)." },
                _ => model,
            };
        }
        catch (DiffusionException exception)
        {
            return model with { Family = (exception as UnsupportedModelException)?.Family?.Label, Problem = exception.Message };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return model with { Problem = $"This file could not be read: {exception.Message}" };
        }
    }

    private static ModelFile Detailed(ModelFile model, ModelDetails details) => model with { Details = details };

    private static ModelFile DescribeCheckpoint(ModelFile model, IReadOnlyList<string> roots)
    {
        using var checkpoint = Checkpoint.Open(model.Path, parts: new CheckpointParts { ModelRoots = roots });
        return model with
        {
            Family = checkpoint.Family.Label,
            NativeSize = checkpoint.NativeSize,
            SizeStep = checkpoint.SizeStep,
            Usual = RecipeSuggestion.Of(checkpoint.Advice),
            Precision = model.Precision ?? UNetPrecision(checkpoint),
            Problem = checkpoint.Family.PictureRefusal ?? ProblemOf(checkpoint),
        };
    }

    private static ModelFile DescribeLora(ModelFile model, SafetensorsHeader header) => model with
    {
        Family = LoraFile.FamilyOf(header),
        Problem = LoraTraits.IsLora(header) ? null : "This file holds no LoRA weights. If it is a checkpoint, move it to the folder \"checkpoints\".",
    };

    private static string? UNetPrecision(Checkpoint folder) =>
        folder.Onnx.TryGetValue(Component.UNet, out OnnxFile? graph) ? ModelPrecision.Of(graph.Header)
        : Checkpoint.UNetFile(folder.Path) is { } file ? ModelPrecision.Of(TensorFile.ReadHeader(file))
        : null;

    private static string? ProblemOf(Checkpoint checkpoint)
    {
        Component[] absent = [.. checkpoint.Components.Where(component => component.TensorCount == 0).Select(component => component.Component)];
        if (absent.Length > 0)
        {
            return ComponentSummary.Absent(absent);
        }

        ComponentSummary? incomplete = checkpoint.Components.FirstOrDefault(component => component.MissingWeights.Length > 0);
        return incomplete is null ? null : $"The {incomplete.Name} of this model lacks {incomplete.MissingWeights.Length} of its weights, the first is \"{incomplete.MissingWeights[0]}\". Download it again.";
    }

    private static long SizeOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateDirectories().Where(inner => !inner.Name.Equals("loras", StringComparison.OrdinalIgnoreCase))
            .SelectMany(inner => inner.EnumerateFiles()).Sum(file => file.Length)
        : new FileInfo(path).Length;
}
