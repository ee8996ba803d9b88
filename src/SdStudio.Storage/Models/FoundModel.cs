namespace SdStudio.Storage.Models;

/// <summary>A file or diffusers folder that may be a model.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Kind">What its folder says; its header may know better.</param>
/// <param name="Neighbours">Names of the files in its folder that may belong to a model: pictures and notes.</param>
/// <param name="IsFolder">Whether it is a diffusers folder.</param>
internal sealed record FoundModel(string Path, ModelKind Kind, IReadOnlySet<string> Neighbours, bool IsFolder)
{
    /// <summary>Full path of the diffusers folder that brings it; null for most.</summary>
    public string? BroughtBy { get; init; }
}
