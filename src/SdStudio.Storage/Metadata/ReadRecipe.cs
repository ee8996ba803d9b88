using SdStudio.Diffusion;

namespace SdStudio.Storage.Metadata;

/// <summary>A recipe as it was understood from what a program wrote into a picture.</summary>
public sealed record ReadRecipe
{
    /// <summary>In recipes whose text names no model.</summary>
    public const string UnknownModel = "unknown";

    /// <summary>For people: "AUTOMATIC1111", "ComfyUI".</summary>
    public required string Program { get; init; }

    /// <summary>What was found; where the text leaves something open, what its program does unasked. Models have the names that the text gives them.</summary>
    public required ImageRecipe Recipe { get; init; }

    /// <summary>Every model that is named, the checkpoint first.</summary>
    public required IReadOnlyList<ReadModel> Models { get; init; }

    public required IReadOnlyList<ReadMapping> Mapped { get; init; }

    /// <summary>What this program cannot take over, a sentence each.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>The text it was read from.</summary>
    public required string Text { get; init; }
}
