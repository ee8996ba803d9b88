using SdStudio.Diffusion.Embeddings;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>What a pipeline needs to know besides its model file.</summary>
/// <param name="ModelRoots">Folders of models; searched for a tokenizer when the model brings none.</param>
/// <param name="FindLora">Full path of the LoRA a recipe names, or null when there is none.</param>
public sealed record PipelineSettings(IReadOnlyList<string> ModelRoots, Func<string, string?> FindLora)
{
    /// <summary>Full path of the model that a recipe names as its refiner, or null when there is none.</summary>
    public Func<string, string?> FindModel { get; init; } = static _ => null;

    /// <summary>Folders and files of textual inversions, beside the <c>embeddings</c> in the model's own folder; asked for every picture.</summary>
    public Func<IEnumerable<string>> EmbeddingPlaces { get; init; } = () => ModelRoots.Select(EmbeddingLibrary.FolderIn);
}
