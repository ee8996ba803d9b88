using System.Text.Json;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Links to repositories and files of Hugging Face, by its public interface (GET /api/models/{repository}/revision/{revision}).</summary>
internal sealed class HuggingFaceLinks(JsonAnswers answers, DownloadSettings settings)
{
    private const int MostChoices = 20;

    /// <summary>Names that say nothing once the file is away from its repository.</summary>
    private static readonly HashSet<string> s_generic = new(StringComparer.OrdinalIgnoreCase)
    {
        "pytorch_lora_weights", "diffusion_pytorch_model", "diffusion_pytorch_model.fp16", "model", "model.fp16", "adapter_model", "lora",
    };

    public bool Owns(Uri link) =>
        link.Authority.Equals(settings.HuggingFace.Authority, StringComparison.OrdinalIgnoreCase)
        || link.Host is "hf.co" or "www.huggingface.co" or "huggingface.co";

    /// <returns>What can be fetched, the most useful first.</returns>
    public async Task<IReadOnlyList<DownloadPlan>> FindAsync(Uri link, string text, CancellationToken cancellationToken)
    {
        string[] parts = [.. link.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        if (parts is [] or ["datasets" or "spaces" or "docs" or "collections" or "papers", ..] || parts.Length < 2)
        {
            throw new DownloadException("This link leads to no model of Hugging Face. A model's link looks like https://huggingface.co/owner/name.") { IsFinal = true };
        }

        string repository = $"{parts[0]}/{parts[1]}";
        bool namesRevision = parts.Length > 3 && parts[2] is "tree" or "blob" or "resolve" or "raw";
        string revision = namesRevision ? parts[3] : "main";
        string within = namesRevision ? string.Join('/', parts[4..]) : "";

        JsonElement model = await answers.GetAsync(
            new Uri(settings.HuggingFace, $"api/models/{Escape(repository)}/revision/{Uri.EscapeDataString(revision)}?blobs=true"), $"the model {repository}", cancellationToken).ConfigureAwait(false);
        RepositoryFile[] files = [.. JsonAnswers.List(model, "siblings").Select(ReadFile).OfType<RepositoryFile>()];
        // By the commit, so that what was shown is what is fetched, and the same after a restart.
        Repository found = new(repository, JsonAnswers.Text(model, "sha") is { Length: 40 } sha && sha.All(char.IsAsciiHexDigit) ? sha : revision, text, model);

        if (files.FirstOrDefault(file => file.Path == within) is { } single)
        {
            return ContentProof.Refusal(single.Name) is { } refusal
                ? throw new DownloadException(refusal) { IsFinal = true }
                : [SingleFile(found, single)];
        }

        IReadOnlyList<DownloadPlan> plans = [.. WholeFolder(found, files), .. Weights(files, within).Take(MostChoices).Select(file => SingleFile(found, file))];
        return plans.Count > 0 ? plans : throw new DownloadException(
            within.Length > 0 ? $"There is no {within} with .safetensors files in {repository}." : $"{repository} holds no .safetensors file, the only kind of model that is downloaded.")
        { IsFinal = true };
    }

    private static RepositoryFile? ReadFile(JsonElement file)
    {
        if (JsonAnswers.Text(file, "rfilename") is not { } path || SafeName.OfPath(path) is null)
        {
            return null;
        }

        JsonElement large = JsonAnswers.Inner(file, "lfs");
        long? size = JsonAnswers.Number(large, "size") ?? JsonAnswers.Number(file, "size");
        return new RepositoryFile(path, size is >= 0 ? size : null, Sha256Text.Normalise(JsonAnswers.Text(large, "sha256") ?? JsonAnswers.Text(large, "oid")));
    }

    /// <summary>In the folder that the link names; otherwise those at the top, or all where the top has none.</summary>
    private static IEnumerable<RepositoryFile> Weights(RepositoryFile[] files, string within)
    {
        RepositoryFile[] weights = [.. files.Where(file => ContentProof.IsWeights(file.Name))];
        if (within.Length > 0)
        {
            return weights.Where(file => file.Folder == within);
        }

        return weights.Any(file => file.Folder.Length == 0) || files.Any(file => file.Path == "model_index.json")
            ? weights.Where(file => file.Folder.Length == 0)
            : weights;
    }

    private IEnumerable<DownloadPlan> WholeFolder(Repository repository, RepositoryFile[] files)
    {
        if (DiffusersSelection.Select(files) is { } selected)
        {
            yield return Plan(repository, "As a folder with everything it needs", ModelPlaces.Diffusers, SafeName.Of(repository.ShortName),
                [.. selected.Select(pair => ToFetch(repository, pair.File, pair.Path))]);
        }
    }

    private DownloadPlan SingleFile(Repository repository, RepositoryFile file)
    {
        string stem = Path.GetFileNameWithoutExtension(file.Name);
        string name = SafeName.Of(s_generic.Contains(stem) ? repository.ShortName + Path.GetExtension(file.Name) : file.Name);
        return Plan(repository, file.Path, ModelPlaces.Guess($"{repository.Name} {file.Path}", repository.Tags), null, [ToFetch(repository, file, name)]);
    }

    private PlannedFile ToFetch(Repository repository, RepositoryFile file, string path) =>
        new(new Uri(settings.HuggingFace, $"{Escape(repository.Name)}/resolve/{Uri.EscapeDataString(repository.Revision)}/{Escape(file.Path)}"), path, file.Size, file.Sha256);

    private static DownloadPlan Plan(Repository repository, string choice, string place, string? folder, IReadOnlyList<PlannedFile> files) => new()
    {
        Title = repository.Name,
        Link = repository.Link,
        Choice = choice,
        Place = place,
        FolderName = folder,
        Files = files,
        Licence = repository.Licence,
        Note = repository.IsGated ? "Its owner asks to accept terms first: log in at Hugging Face, accept them, and put a key of your account into the settings as Downloads:HuggingFaceToken." : null,
    };

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>What a repository says of itself.</summary>
    private sealed record Repository(string Name, string Revision, string Link, JsonElement Model)
    {
        public string ShortName => Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

        public string[] Tags => [.. JsonAnswers.List(Model, "tags").Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)];

        public string? Licence => JsonAnswers.Text(JsonAnswers.Inner(Model, "cardData"), "license_name")
            ?? JsonAnswers.Text(JsonAnswers.Inner(Model, "cardData"), "license")
            ?? Tags.FirstOrDefault(tag => tag.StartsWith("license:", StringComparison.Ordinal))?["license:".Length..];

        // false, "auto" or "manual".
        public bool IsGated => JsonAnswers.Text(Model, "gated") is not null || JsonAnswers.Inner(Model, "gated").ValueKind == JsonValueKind.True;
    }
}
