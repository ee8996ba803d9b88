using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata;

/// <summary>The texts that every picture of this program carries: "parameters" for other programs, and the whole recipe for this one.</summary>
public static class PictureTexts
{
    /// <summary>For a picture that is in no gallery.</summary>
    /// <param name="duration">From the first step to the decoded picture.</param>
    /// <param name="modelHash">First ten digits of the model file's SHA-256, when known.</param>
    /// <param name="loraHashes">Short hash of each LoRA whose hash is known, by name.</param>
    /// <param name="trace">On what it was made, and what its latent was on the way; null where that is not known.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> For(
        ImageRecipe recipe,
        DateTimeOffset created,
        TimeSpan duration,
        string? modelHash = null,
        IReadOnlyDictionary<string, string>? loraHashes = null,
        PictureTrace? trace = null) => For(
        new PictureRecord { Schema = PictureRecord.CurrentSchema, Recipe = recipe, Studio = Guid.Empty, Job = 0, Created = created, Seconds = duration.TotalSeconds, Trace = trace },
        modelHash,
        loraHashes);

    internal static IReadOnlyList<KeyValuePair<string, string>> For(
        PictureRecord record, string? modelHash, IReadOnlyDictionary<string, string>? loraHashes, IReadOnlyDictionary<string, string>? embeddingHashes = null, string? vaeHash = null) =>
    [
        new(PngFile.ParametersKeyword, RecipeParameters.Write(record.Recipe, modelHash, loraHashes, embeddingHashes, vaeHash)),
        new(PictureRecord.Keyword, record.Write()),
    ];
}
