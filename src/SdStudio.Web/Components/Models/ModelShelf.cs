using System.Collections.Immutable;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Models;

/// <summary>Kinds of models that are shown together.</summary>
/// <param name="Key">In addresses.</param>
/// <param name="Label">For people: "LoRAs".</param>
/// <param name="Folder">Where under a folder of models its files are put.</param>
public sealed record ModelShelf(string Key, string Label, string Folder, ImmutableArray<ModelKind> Kinds)
{
    public static ImmutableArray<ModelShelf> All { get; } =
    [
        new("models", "Models", "checkpoints", [ModelKind.Checkpoint]),
        new("loras", "LoRAs", "loras", [ModelKind.Lora]),
        new("embeddings", "Embeddings", "embeddings", [ModelKind.Embedding]),
        new("vaes", "VAEs", "vae", [ModelKind.Vae, ModelKind.ApproximateVae]),
        new("others", "Others", "text_encoders", [ModelKind.TextEncoder, ModelKind.ControlNet, ModelKind.Upscaler]),
    ];

    public static ModelShelf Of(ModelKind kind) => All.First(shelf => shelf.Kinds.Contains(kind));

    public bool Holds(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Kinds.Contains(model.Kind);
    }

    // An array knows only its identity.
    public bool Equals(ModelShelf? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}
