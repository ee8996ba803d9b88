using SdStudio.Diffusion.Checkpoints;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Models;

/// <summary>What pages say of a model, and where they lead.</summary>
internal static class ModelWords
{
    /// <summary>"Stable Diffusion 1.x · 34 MB · 256 × 256".</summary>
    public static string Facts(ModelFile model) => Joined(
        model.Family,
        Unbroken(ByteSize.Text(model.Size)),
        model.Kind == ModelKind.Checkpoint && model.Problem is null ? Unbroken(PixelSize.Text(model.NativeSize, model.NativeSize)) : null);

    /// <summary>"fp16 · made for SD 1.5"; null when neither is known.</summary>
    public static string? Making(ModelFile model) => Joined(
        model.Kind == ModelKind.TextEncoder && model.TextWidths[0] > 0 ? $"{ModelPart.TextEncoderName(model.TextWidths[0])} text encoder" : KindIfMixed(model.Kind),
        model.Precision,
        model.Details.BaseModel is { } baseModel ? $"made for {baseModel}" : null) is { Length: > 0 } words ? words : null;

    public static string Kind(ModelKind kind) => kind switch
    {
        ModelKind.Checkpoint => "Model",
        ModelKind.Lora => "LoRA",
        ModelKind.Embedding => "Embedding",
        ModelKind.Vae => "VAE",
        ModelKind.ApproximateVae => "Tiny decoder",
        ModelKind.TextEncoder => "Text encoder",
        ModelKind.ControlNet => "ControlNet",
        ModelKind.Upscaler => "Upscaler",
        _ => kind.ToString(),
    };

    /// <summary>What whoever uses it should know: what its kind does otherwise, and what it lacks.</summary>
    public static IEnumerable<string> Remarks(ModelFile model) => new[] { model.Remark, model.Problem is null ? model.Lack : null }.OfType<string>();

    /// <summary>Whether it can be taken into a recipe with one press.</summary>
    public static bool CanBeUsed(ModelFile model) =>
        model.Problem is null && model.Kind is ModelKind.Checkpoint or ModelKind.Lora or ModelKind.Embedding or ModelKind.Vae;

    /// <summary>What it is good for, where it cannot be taken up by a press; null where it can.</summary>
    public static string? Purpose(ModelKind kind) => kind switch
    {
        ModelKind.ApproximateVae => "Shows sharp previews while a picture forms.",
        ModelKind.TextEncoder => "Used by models that bring none; can be chosen among the advanced settings.",
        ModelKind.ControlNet => "Recognised, but not used by SdStudio yet.",
        ModelKind.Upscaler => "Recognised, but not used by SdStudio yet.",
        _ => null,
    };

    public static string Address(ModelFile model) => $"/models/{model.Id}";

    /// <summary>Create, with the model taken into the recipe that is being written there.</summary>
    public static string UseAddress(ModelFile model) => $"/?use={model.Id}";

    /// <summary>The same, with one of its trigger words in the prompt.</summary>
    public static string UseAddress(ModelFile model, string word) => $"{UseAddress(model)}&word={Uri.EscapeDataString(word)}";

    /// <summary>The pictures made with it, under all its names.</summary>
    public static string GalleryAddressOf(ModelFile model) =>
        GalleryAddress.Gallery(SearchText.Nothing.With(new SearchTerm(model.Kind == ModelKind.Lora ? "lora" : "model", model.Name)));

    /// <summary>In one piece, where a line is too long.</summary>
    private static string Unbroken(string words) => words.Replace(' ', '\u00a0');

    private static string Joined(params string?[] parts) => string.Join(" · ", parts.Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>Of kinds that share a shelf with others.</summary>
    private static string? KindIfMixed(ModelKind kind) => ModelShelf.Of(kind).Kinds.Length > 1 ? Kind(kind) : null;
}
