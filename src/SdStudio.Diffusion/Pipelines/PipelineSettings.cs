using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Embeddings;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>What a pipeline needs to know besides its model file.</summary>
/// <param name="ModelRoots">Folders of models; searched for a tokenizer when the model brings none.</param>
/// <param name="FindLora">Full path of the LoRA a recipe names, or null when there is none.</param>
public sealed record PipelineSettings(IReadOnlyList<string> ModelRoots, Func<string, string?> FindLora)
{
    /// <summary>Full path of the model that a recipe names as its refiner, or null when there is none.</summary>
    public Func<string, string?> FindModel { get; init; } = static _ => null;

    /// <summary>Full path of the VAE that a recipe names, or null when there is none.</summary>
    public Func<string, string?> FindVae { get; init; } = static _ => null;

    /// <summary>Full path of the text encoder that a recipe names, or null when there is none.</summary>
    public Func<string, string?> FindTextEncoder { get; init; } = static _ => null;

    /// <summary>Folders and files of textual inversions, beside the <c>embeddings</c> in the model's own folder; asked for every picture.</summary>
    public Func<IEnumerable<string>> EmbeddingPlaces { get; init; } = () => ModelRoots.Select(EmbeddingLibrary.FolderIn);

    /// <summary>The files that a recipe chooses beside its model.</summary>
    /// <param name="recipe">Null chooses nothing.</param>
    /// <exception cref="RecipeException">One is not there.</exception>
    internal CheckpointParts PartsFor(ImageRecipe? recipe) => new()
    {
        Vae = recipe?.Vae is { Length: > 0 } vae ? FindVae(vae) ?? throw Absent("VAE", vae, "vae") : null,
        TextEncoders = recipe is null ? [] : [.. recipe.TextEncoders.Select(name => name is { Length: > 0 } ? FindTextEncoder(name) ?? throw Absent("text encoder", name, "text_encoders") : "")],
        ModelRoots = ModelRoots,
    };

    private static RecipeException Absent(string kind, string name, string folder) =>
        new($"The {kind} \"{name}\" is not in the model folders. Put {name}.safetensors into models/{folder}, or take it out of the recipe.");
}
