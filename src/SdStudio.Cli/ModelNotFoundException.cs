using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>A name on the command line is neither a path nor a model in the folders.</summary>
internal sealed class ModelNotFoundException : DiffusionException
{
    public ModelNotFoundException(ModelKind? kind, string name, IReadOnlyList<string> roots, IReadOnlyList<string> known)
        : base($"There is no {Word(kind)} \"{name}\" in {string.Join(", ", roots)}. {(known.Count == 0 ? "There is none at all." : $"There are: {string.Join(", ", known)}.")}")
    {
    }

    private static string Word(ModelKind? kind) => kind == ModelKind.Lora ? "LoRA" : "model";
}
