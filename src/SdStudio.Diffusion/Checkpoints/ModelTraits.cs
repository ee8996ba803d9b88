namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What can be seen of a model from outside, by which its family is recognised. Null: not seen.</summary>
/// <param name="Names">Weight names in the file; none for a folder, which tells by its configuration.</param>
/// <param name="InputChannels">Channels that the UNet takes in.</param>
/// <param name="ContextWidth">Width of the text conditioning.</param>
/// <param name="HasLinearProjection">Whether the UNet's transformers begin with a linear layer.</param>
/// <param name="HasLabelEmbedding">Whether more than the timestep is added to every block of the UNet.</param>
internal sealed record ModelTraits(
    IEnumerable<string> Names,
    long? InputChannels,
    long? ContextWidth,
    bool? HasLinearProjection,
    bool? HasLabelEmbedding);
