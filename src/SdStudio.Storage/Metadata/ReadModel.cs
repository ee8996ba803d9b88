using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata;

/// <summary>A model that a picture's text names.</summary>
/// <param name="Name">As the text has it, without folder and extension; may be empty where only a hash is said.</param>
/// <param name="Hash">Digits of any of a file's hashes; null where the text says none.</param>
public sealed record ReadModel(ModelKind Kind, string Name, string? Hash = null)
{
    /// <summary>Number of the version on Civitai, where the text says it; null otherwise.</summary>
    public long? CivitaiVersion { get; init; }

    /// <summary>
    /// Where a person may look for it: a page that is opened by a press and that this program never asks itself. Null where neither name nor hash tells anything.
    /// </summary>
    public Uri? Search =>
        CivitaiVersion is { } version ? new Uri(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"https://civitai.com/model-versions/{version}"))
        : Hash is { Length: > 0 } hash && !hash.Contains(':', StringComparison.Ordinal) ? new Uri($"https://civitai.com/search/models?query={Uri.EscapeDataString(hash)}")
        : Name.Length > 0 ? new Uri($"https://huggingface.co/models?search={Uri.EscapeDataString(Name)}")
        : null;
}
