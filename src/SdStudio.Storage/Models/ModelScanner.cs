using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Storage.Models;

/// <summary>Describes the models under the roots from their headers and configs. A broken one is described too, with what is wrong.</summary>
internal static class ModelScanner
{
    public static IReadOnlyList<ModelFile> Scan(IEnumerable<string> roots, CancellationToken cancellationToken)
    {
        var models = new List<ModelFile>();
        foreach ((string path, ModelKind kind) in ModelFolders.Find(roots))
        {
            cancellationToken.ThrowIfCancellationRequested();
            models.Add(Describe(path, kind));
        }

        return [.. models
            .GroupBy(model => model.Kind)
            .SelectMany(kind => kind.Zip(ModelNames.MakeUnique([.. kind.Select(model => model.Path)]), (model, name) => model with { Name = name }))
            .OrderBy(model => model.Title, StringComparer.OrdinalIgnoreCase).ThenBy(model => model.Name, StringComparer.Ordinal)];
    }

    private static ModelFile Describe(string path, ModelKind kind)
    {
        string name = ModelNames.PlainName(path);
        var model = new ModelFile { Name = name, Title = ModelNames.Prettify(name), Kind = kind, Path = path };
        try
        {
            model = model with { Size = SizeOf(path) };
            if (Directory.Exists(path))
            {
                ModelIntroduction? introduction = ModelCardFile.Read(path);
                return DescribeCheckpoint(model with { Title = introduction?.Title ?? model.Title, Introduction = introduction });
            }

            var header = TensorFile.ReadHeader(path);
            model = model with { Title = ModelNames.Title(header.Metadata.GetValueOrDefault("modelspec.title"), name) };

            // A LoRA among the checkpoints is still a LoRA.
            return kind == ModelKind.Lora || LoraTraits.IsLora(header) ? DescribeLora(model, header) : DescribeCheckpoint(model);
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

    private static ModelFile DescribeCheckpoint(ModelFile model)
    {
        using var checkpoint = Checkpoint.Open(model.Path);
        return model with
        {
            Family = checkpoint.Family.Label,
            NativeSize = checkpoint.NativeSize,
            SizeStep = checkpoint.SizeStep,
            Usual = RecipeSuggestion.Of(checkpoint.Advice),
            Problem = checkpoint.Family.PictureRefusal ?? ProblemOf(checkpoint),
        };
    }

    private static ModelFile DescribeLora(ModelFile model, SafetensorsHeader header)
    {
        using var lora = LoraFile.Open(model.Path);
        return model with
        {
            Kind = ModelKind.Lora,
            Family = lora.MadeFor,
            Problem = LoraTraits.IsLora(header) ? null : "This file holds no LoRA weights. If it is a checkpoint, move it to the folder \"checkpoints\".",
        };
    }

    private static string? ProblemOf(Checkpoint checkpoint)
    {
        string[] absent = [.. checkpoint.Components.Where(component => component.TensorCount == 0).Select(component => component.Name)];
        if (absent.Length > 0)
        {
            return $"This model has no {string.Join(" and no ", absent)}. Use a complete checkpoint: UNet, text encoder and VAE together.";
        }

        ComponentSummary? incomplete = checkpoint.Components.FirstOrDefault(component => component.MissingWeights.Length > 0);
        return incomplete is null ? null : $"The {incomplete.Name} of this model lacks {incomplete.MissingWeights.Length} of its weights, the first is \"{incomplete.MissingWeights[0]}\". Download it again.";
    }

    private static long SizeOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateDirectories().Where(inner => !inner.Name.Equals("loras", StringComparison.OrdinalIgnoreCase))
            .SelectMany(inner => inner.EnumerateFiles()).Sum(file => file.Length)
        : new FileInfo(path).Length;
}
