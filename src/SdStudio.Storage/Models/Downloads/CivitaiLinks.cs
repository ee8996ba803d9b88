using System.Globalization;
using System.Text.Json;
using System.Web;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Links to models and versions of Civitai, by its public interface (GET /api/v1/models/{id} and /api/v1/model-versions/{id}).</summary>
internal sealed class CivitaiLinks(JsonAnswers answers, DownloadSettings settings)
{
    private static readonly Dictionary<string, string> s_places = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Checkpoint"] = ModelPlaces.Checkpoints,
        ["LORA"] = ModelPlaces.Loras,
        ["LoCon"] = ModelPlaces.Loras,
        ["DoRA"] = ModelPlaces.Loras,
        ["TextualInversion"] = ModelPlaces.Embeddings,
        ["VAE"] = ModelPlaces.Vae,
        ["Controlnet"] = ModelPlaces.ControlNets,
        ["Upscaler"] = ModelPlaces.Upscalers,
    };

    public bool Owns(Uri link) =>
        link.Authority.Equals(settings.Civitai.Authority, StringComparison.OrdinalIgnoreCase) || link.Host is "civitai.com" or "www.civitai.com";

    public async Task<IReadOnlyList<DownloadPlan>> FindAsync(Uri link, string text, CancellationToken cancellationToken)
    {
        (long? model, long? version) = Read(link);
        JsonElement found = version is not null
            ? await AskAsync("model-versions", version.Value, cancellationToken).ConfigureAwait(false)
            : default;
        JsonElement owner = model is not null
            ? await AskAsync("models", model.Value, cancellationToken).ConfigureAwait(false)
            : JsonAnswers.Inner(found, "model");
        if (version is null)
        {
            // The newest stands first.
            found = JsonAnswers.List(owner, "modelVersions").FirstOrDefault();
        }

        string title = JsonAnswers.Text(owner, "name") ?? JsonAnswers.Text(JsonAnswers.Inner(found, "model"), "name") ?? "This model";
        string kind = JsonAnswers.Text(owner, "type") ?? JsonAnswers.Text(JsonAnswers.Inner(found, "model"), "type") ?? "";
        if (!s_places.TryGetValue(kind, out string? place))
        {
            throw new DownloadException(kind.Length > 0
                ? $"{Short(title)} is of the kind \"{Short(kind)}\", which SdStudio has no use for."
                : "Civitai does not say what kind of model this is. Use the link of the model's page.")
            { IsFinal = true };
        }

        PlannedFile file = Choose(found, title);
        return
        [
            new DownloadPlan
            {
                Title = Short(title),
                Link = text,
                Choice = JsonAnswers.Text(found, "name") is { } name ? $"{Short(name)}: {file.Path}" : file.Path,
                Place = place,
                Files = [file],
                Licence = Licence(owner),
                Note = Note(found),
            },
        ];
    }

    private static (long? Model, long? Version) Read(Uri link)
    {
        string[] parts = link.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        long? version = Number(HttpUtility.ParseQueryString(link.Query)["modelVersionId"]);
        return parts switch
        {
            ["models", var id, ..] when Number(id) is { } model => (model, version),
            ["model-versions", var id, ..] when Number(id) is { } only => (null, only),
            ["api", "download", "models", var id] when Number(id) is { } only => (null, only),
            ["api", "v1", "models", var id] when Number(id) is { } model => (model, null),
            ["api", "v1", "model-versions", var id] when Number(id) is { } only => (null, only),
            _ => throw new DownloadException("This link leads to no model of Civitai. A model's link looks like https://civitai.com/models/12345.") { IsFinal = true },
        };
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;

    private Task<JsonElement> AskAsync(string what, long id, CancellationToken cancellationToken) =>
        answers.GetAsync(new Uri(settings.Civitai, string.Create(CultureInfo.InvariantCulture, $"api/v1/{what}/{id}")), "this model", cancellationToken);

    /// <summary>The primary file where it is safetensors, else the first that is.</summary>
    private static PlannedFile Choose(JsonElement version, string title)
    {
        JsonElement[] files = [.. JsonAnswers.List(version, "files")];
        JsonElement chosen = files
            .Where(file => ContentProof.IsWeights(JsonAnswers.Text(file, "name") ?? "") && JsonAnswers.Text(file, "type") is null or "Model" or "Pruned Model" or "VAE")
            .OrderByDescending(file => JsonAnswers.Inner(file, "primary").ValueKind == JsonValueKind.True)
            .FirstOrDefault();
        if (chosen.ValueKind == JsonValueKind.Undefined || !Uri.TryCreate(JsonAnswers.Text(chosen, "downloadUrl"), UriKind.Absolute, out Uri? address))
        {
            throw new DownloadException(files.Length > 0
                ? $"{Short(title)} comes as a pickle file only, which can run code when it is opened. Look for the same model as .safetensors."
                : $"{Short(title)} has no file that can be downloaded.")
            { IsFinal = true };
        }

        return new PlannedFile(address, SafeName.Of(JsonAnswers.Text(chosen, "name")!), Size(chosen), Sha256Text.Normalise(JsonAnswers.Text(JsonAnswers.Inner(chosen, "hashes"), "SHA256")));
    }

    private static long? Size(JsonElement file)
    {
        if (JsonAnswers.Inner(file, "sizeKB") is not { ValueKind: JsonValueKind.Number } size || !size.TryGetDouble(out double kilobytes) || kilobytes is <= 0 or > 1e12)
        {
            return null;
        }

        // Written with all decimals it is exact; a rounded one would not give whole bytes.
        double bytes = kilobytes * 1024;
        return Math.Abs(bytes - Math.Round(bytes)) < 1e-3 && kilobytes != Math.Floor(kilobytes) ? (long)Math.Round(bytes) : null;
    }

    private static string? Licence(JsonElement model)
    {
        JsonElement commercial = JsonAnswers.Inner(model, "allowCommercialUse");
        string[] uses = commercial.ValueKind switch
        {
            JsonValueKind.Array => [.. commercial.EnumerateArray().Where(use => use.ValueKind == JsonValueKind.String).Select(use => Short(use.GetString()!))],
            JsonValueKind.String => [Short(commercial.GetString()!)],
            _ => [],
        };
        return uses.Length == 0 ? null : $"Terms on its page; commercial use: {string.Join(", ", uses)}";
    }

    private static string? Note(JsonElement version)
    {
        string[] words = [.. JsonAnswers.List(version, "trainedWords").Where(word => word.ValueKind == JsonValueKind.String).Select(word => Short(word.GetString()!)).Take(8)];
        string? family = JsonAnswers.Text(version, "baseModel") is { Length: > 0 } name ? $"For {Short(name)}." : null;
        string? trigger = words.Length > 0 ? $"Its words: {string.Join(", ", words)}." : null;
        return family is null && trigger is null ? null : string.Join(' ', new[] { family, trigger }.OfType<string>());
    }

    private static string Short(string text) => text.Length <= 120 ? text : text[..120];
}
