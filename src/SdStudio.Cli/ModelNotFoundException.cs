using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>What the command line names is not there: a model, a LoRA, or a part that a model should bring.</summary>
internal sealed class ModelNotFoundException : DiffusionException
{
    public ModelNotFoundException(ModelKind? kind, string name, IReadOnlyList<string> roots, IReadOnlyList<string> known)
        : base($"There is no {Word(kind)} \"{name}\" in {string.Join(", ", roots)}. {(known.Count == 0 ? "There is none at all." : $"There are: {string.Join(", ", known)}.")}")
    {
    }

    public ModelNotFoundException(string message)
        : base(message)
    {
    }

    private static string Word(ModelKind? kind) => kind switch
    {
        ModelKind.Lora => "LoRA",
        ModelKind.Vae => "VAE",
        ModelKind.TextEncoder => "text encoder",
        _ => "model",
    };
}
