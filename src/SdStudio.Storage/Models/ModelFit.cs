namespace SdStudio.Storage.Models;

/// <summary>Which LoRAs and embeddings go with which checkpoints.</summary>
public static class ModelFit
{
    /// <returns>True also where either family is not known: whoever knows better may try, and gets a message if it does not fit.</returns>
    public static bool Fits(ModelFile part, ModelFile checkpoint)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(checkpoint);
        // An inpainting variant, such as "Stable Diffusion 1.x inpainting", takes what its family takes.
        return part.Family is not { } family || checkpoint.Family is not { } wanted
            || wanted.Equals(family, StringComparison.Ordinal)
            || wanted.Equals(family + " inpainting", StringComparison.Ordinal);
    }
}
