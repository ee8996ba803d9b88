using System.Collections.Immutable;
using System.Text.Json;

namespace SdStudio.Storage.Models;

/// <summary>
/// Files beside a model that tell of it: a picture, and notes as other programs leave them. For <c>name.safetensors</c> these are
/// <c>name.preview.png</c> or <c>name.png</c> (also jpg, jpeg, webp), <c>name.civitai.info</c> (Civitai helpers), <c>name.cm-info.json</c>
/// (StabilityMatrix) and <c>name.json</c> (A1111). In a diffusers folder the picture is <c>preview.png</c>.
/// </summary>
internal static class ModelSidecars
{
    private const long MostBytes = 4 * 1024 * 1024;
    private const float LargestWeight = 4;

    private static readonly string[] s_pictures = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>What belongs to a model: the picture, and the notes in the order in which they are believed.</summary>
    public static (string? Picture, string[] Notes) Find(FoundModel model)
    {
        bool isFolder = model.IsFolder;
        string folder = isFolder ? model.Path : Path.GetDirectoryName(model.Path)!;
        string stem = isFolder ? "" : Path.GetFileNameWithoutExtension(model.Path);
        IEnumerable<string> pictures = isFolder
            ? s_pictures.Select(extension => "preview" + extension)
            : s_pictures.Select(extension => $"{stem}.preview{extension}").Concat(s_pictures.Select(extension => stem + extension));
        string[] notes = isFolder ? [] : [$"{stem}.civitai.info", $"{stem}.cm-info.json", $"{stem}.json"];
        return (
            pictures.Where(model.Neighbours.Contains).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists),
            [.. notes.Where(model.Neighbours.Contains).Select(name => Path.Combine(folder, name))]);
    }

    /// <summary>Adds what the notes tell to what the header tells: people wrote the notes, a trainer the header.</summary>
    public static ModelDetails Read(IEnumerable<string> notes, ModelDetails fromHeader)
    {
        ModelDetails details = new();
        foreach (string path in notes)
        {
            using JsonDocument? json = ForeignText.ReadJson(path, MostBytes);
            if (json is not null)
            {
                details = Merge(details, path.EndsWith(".civitai.info", StringComparison.OrdinalIgnoreCase) ? Civitai(json.RootElement)
                    : path.EndsWith(".cm-info.json", StringComparison.OrdinalIgnoreCase) ? StabilityMatrix(json.RootElement)
                    : WebUi(json.RootElement));
            }
        }

        return Merge(details, fromHeader);
    }

    private static ModelDetails Civitai(JsonElement json) => new()
    {
        Title = Line(json.Part("model")?.Part("name")) ?? Line(json.Part("name")),
        Description = Paragraphs(json.Part("description")) ?? Paragraphs(json.Part("model")?.Part("description")),
        BaseModel = Line(json.Part("baseModel")),
        TriggerWords = List(json.Part("trainedWords")),
    };

    private static ModelDetails StabilityMatrix(JsonElement json) => new()
    {
        Title = Line(json.Part("ModelName")),
        Description = Paragraphs(json.Part("VersionDescription")) ?? Paragraphs(json.Part("ModelDescription")),
        BaseModel = Line(json.Part("BaseModel")),
        TriggerWords = List(json.Part("TrainedWords")),
    };

    private static ModelDetails WebUi(JsonElement json) => new()
    {
        Description = Paragraphs(json.Part("description")) ?? Paragraphs(json.Part("notes")),
        BaseModel = Line(json.Part("sd version")) is { } version && version != "Unknown" ? version : null,
        TriggerWords = TrainingMetadata.Words(json.Part("activation text").Text()),
        PreferredWeight = json.Part("preferred weight") is { ValueKind: JsonValueKind.Number } number && number.TryGetSingle(out float weight) && weight is > 0 and <= LargestWeight ? weight : null,
        NegativePrompt = ForeignText.Line(json.Part("negative text").Text(), TrainingMetadata.LongestDescription),
    };

    private static ModelDetails Merge(ModelDetails first, ModelDetails second) => new()
    {
        Title = first.Title ?? second.Title,
        Description = first.Description ?? second.Description,
        BaseModel = first.BaseModel ?? second.BaseModel,
        TriggerWords = first.TriggerWords.Length > 0 ? first.TriggerWords : second.TriggerWords,
        TrainingTags = first.TrainingTags.Length > 0 ? first.TrainingTags : second.TrainingTags,
        PreferredWeight = first.PreferredWeight ?? second.PreferredWeight,
        NegativePrompt = first.NegativePrompt ?? second.NegativePrompt,
    };

    private static string? Line(JsonElement? value) => ForeignText.Line(value.Text(), TrainingMetadata.LongestLine);

    private static string? Paragraphs(JsonElement? value) => ForeignText.Paragraphs(value.Text(), TrainingMetadata.LongestDescription);

    private static ImmutableArray<string> List(JsonElement? value) => value is { ValueKind: JsonValueKind.Array } list
        ? TrainingMetadata.Distinct(list.EnumerateArray().Take(TrainingMetadata.MostTriggerWords).Select(word => ((JsonElement?)word).Text()))
        : [];
}
