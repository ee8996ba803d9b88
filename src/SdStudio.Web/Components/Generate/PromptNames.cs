using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;

namespace SdStudio.Web.Components.Generate;

/// <summary>The names a prompt may use, for completion and for underlining those that are not here. They go to the browser once, not at every letter.</summary>
public sealed record PromptNames(
    IReadOnlyList<PromptLora> Loras, IReadOnlyList<string> Embeddings, IReadOnlyList<string> Wildcards, IReadOnlyList<string> Styles)
{
    public static PromptNames None { get; } = new([], [], [], []);

    public static PromptNames Of(IEnumerable<ModelFile> models, IEnumerable<string> wildcards, IEnumerable<PromptStyle> styles)
    {
        ILookup<ModelKind, ModelFile> byKind = models.Where(model => model.Problem is null).ToLookup(model => model.Kind);
        return new PromptNames(
            [.. byKind[ModelKind.Lora].Select(lora => new PromptLora(lora.Name, lora.Title, RecipeDefaults.WeightOf(lora)))],
            [.. byKind[ModelKind.Embedding].Select(word => Path.GetFileNameWithoutExtension(word.Path)).Distinct(StringComparer.OrdinalIgnoreCase)],
            [.. wildcards],
            [.. styles.Select(style => style.Name)]);
    }

    /// <summary>Whether these are the very same names.</summary>
    public bool Are(PromptNames other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Loras.SequenceEqual(other.Loras) && Embeddings.SequenceEqual(other.Embeddings)
            && Wildcards.SequenceEqual(other.Wildcards) && Styles.SequenceEqual(other.Styles);
    }
}
