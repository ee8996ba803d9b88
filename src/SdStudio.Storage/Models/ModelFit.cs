using SdStudio.Diffusion.Checkpoints;

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

    /// <summary>Why a file's text encoder cannot stand in a place of a checkpoint; null where it can, or nothing tells.</summary>
    /// <param name="place">From 0, in the order in which the checkpoint reads its text encoders.</param>
    public static string? WhyNot(ModelFile textEncoder, ModelFile checkpoint, int place)
    {
        ArgumentNullException.ThrowIfNull(textEncoder);
        ArgumentNullException.ThrowIfNull(checkpoint);
        (long found, long needed) = (textEncoder.TextWidths[0], checkpoint.TextWidths[place]);
        return found == needed || found == 0 || needed == 0 ? null
            : $"{textEncoder.Title} is {ModelPart.TextEncoderName(found)}; {checkpoint.Title} reads prompts here with {ModelPart.TextEncoderName(needed)}.";
    }
}
