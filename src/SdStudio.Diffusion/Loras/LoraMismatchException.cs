using System.Collections.Immutable;

namespace SdStudio.Diffusion.Loras;

/// <summary>A LoRA does not fit the model it was chosen for. Nothing of it is applied.</summary>
public sealed class LoraMismatchException : DiffusionException
{
    public LoraMismatchException(string lora, string message, ImmutableArray<string> keys = default, string? madeFor = null)
        : base(message)
    {
        Lora = lora;
        Keys = keys.IsDefault ? [] : keys;
        MadeFor = madeFor;
    }

    /// <summary>Its name, without folder and extension.</summary>
    public string Lora { get; }

    /// <summary>The first of its keys that have no place in the model.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>The family it seems to be trained on; null where nothing tells.</summary>
    public string? MadeFor { get; }
}
