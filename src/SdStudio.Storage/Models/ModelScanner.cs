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
    /// <summary>Files that are read at the same time: more than a disk has answers for.</summary>
    private const int MostReaders = 8;

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
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, MostReaders) };
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

    private static bool MayBeCompleted(ModelFile model) => model.Kind == ModelKind.Checkpoint && (model.Problem is not null || model.Missing != MissingParts.None);

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
        if (isKnown && known.Stamp == stamp && !MayBeCompleted(known.Model))
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
        string name = ModelNames.PlainName(found.Path, found.Kind, found.IsFolder);
        var model = new ModelFile { Name = name, Title = ModelNames.Prettify(name), Kind = found.Kind, Path = found.Path, BroughtBy = found.BroughtBy };
        try
        {
            // Before the header is read, which may fail: what people wrote about a file is shown with its problem.
            model = Detailed(model, ModelSidecars.Read(notes, new ModelDetails()));
            model = model with { Size = SizeOf(found) };
            if (found.IsFolder)
            {
                ModelIntroduction? introduction = ModelCardFile.Read(found.Path);
                return DescribeCheckpoint(model with { Title = introduction?.Title ?? model.Title, Introduction = introduction }, roots);
            }

            var header = TensorFile.ReadHeader(found.Path);
            model = Detailed(model, ModelSidecars.Read(notes, TrainingMetadata.Read(header.Metadata))) with { Precision = ModelPrecision.Of(header) };
            ModelKind kind = ModelContent.Kind(header, found.Kind);
            name = ModelNames.PlainName(found.Path, kind, found.IsFolder);
            model = model with { Name = name, Kind = kind, Title = ModelNames.Title(header.Metadata.GetValueOrDefault("modelspec.title") ?? model.Details.Title, name) };
            return model.Kind switch
            {
                ModelKind.Checkpoint => DescribeCheckpoint(model, roots),
                ModelKind.Lora => DescribeLora(model, header),
                ModelKind.Embedding => model with { Family = ModelContent.EmbeddingFamily(header) },
                ModelKind.TextEncoder => DescribeTextEncoder(model, ModelPart.Of(header)),
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
            Remark = checkpoint.Family.Remark,
            TextWidths = new TextWidths(checkpoint.TextWidths[0], checkpoint.TextWidths.ElementAtOrDefault(1)),
            Missing = MissingFrom(checkpoint),
            Problem = checkpoint.Family.PictureRefusal ?? ProblemOf(checkpoint),
        };
    }

    private static ModelFile DescribeTextEncoder(ModelFile model, ModelPart? part) => part is { Kind: ModelPartKind.TextEncoder, TextWidth: { } width }
        ? model with { TextWidths = new TextWidths(width) }
        : model with { Problem = $"{(part is { Kind: ModelPartKind.TextEncoder } ? $"This is a {part.Label}" : "This file holds none")}, and Stable Diffusion reads prompts with text encoders of the kind of CLIP." };

    private static ModelFile DescribeLora(ModelFile model, SafetensorsHeader header) => model with
    {
        Family = LoraFile.FamilyOf(header),
        Problem = LoraSummary.IsLora(header) ? null : "This file holds no LoRA weights. If it is a checkpoint, move it to the folder \"checkpoints\".",
    };

    private static string? UNetPrecision(Checkpoint folder) =>
        folder.Onnx.TryGetValue(Component.UNet, out OnnxFile? graph) ? ModelPrecision.Of(graph.Header)
        : Checkpoint.UNetFile(folder.Path) is { } file ? ModelPrecision.Of(TensorFile.ReadHeader(file))
        : null;

    private static MissingParts MissingFrom(Checkpoint checkpoint) => checkpoint.Components.Where(component => component.TensorCount == 0)
        .Aggregate(MissingParts.None, (missing, component) => missing | component.Component switch
        {
            Component.Vae => MissingParts.Vae,
            Component.TextEncoder => MissingParts.TextEncoder,
            Component.SecondTextEncoder => MissingParts.SecondTextEncoder,
            _ => MissingParts.None,
        });

    private static string? ProblemOf(Checkpoint checkpoint)
    {
        ComponentSummary? incomplete = checkpoint.Components.FirstOrDefault(component => component.MissingWeights.Length > 0);
        return incomplete is null ? null : $"The {incomplete.Name} of this model lacks {incomplete.MissingWeights.Length} of its weights, the first is \"{incomplete.MissingWeights[0]}\". Download it again.";
    }

    private static long SizeOf(FoundModel found) => found.IsFolder
        ? ModelFolders.OwnFolders(found.Path).SelectMany(inner => inner.EnumerateFiles()).Sum(file => file.Length)
        : new FileInfo(found.Path).Length;
}
