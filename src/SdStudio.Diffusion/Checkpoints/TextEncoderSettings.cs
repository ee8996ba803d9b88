namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What a text encoder's tensor shapes do not tell.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="Activation">Of the feed-forward layers.</param>
/// <param name="LayerNormEpsilon">Of every layer normalisation.</param>
public sealed record TextEncoderSettings(int Heads, TextActivation Activation, float LayerNormEpsilon)
{
    /// <summary>Whether the states that the UNet reads go through the final layer normalisation.</summary>
    public bool NormalizesStates { get; init; } = true;

    /// <summary>Whether the state of the end token is projected into one vector for the whole text.</summary>
    public bool Pools { get; init; }

    /// <summary>The layer that the model was trained with, counted from the end; 1 is the last. No picture takes a later one.</summary>
    public int TrainedSkip { get; init; } = 1;

    /// <summary>Layers of the original network that were cut off at the end, and which people count nevertheless.</summary>
    public int AbsentLayers { get; init; }

    /// <summary>Whether chunks are filled with token 0 instead of the end token.</summary>
    public bool PadsWithZero { get; init; }

    /// <summary>The layer to take, counted from the end of the weights there are.</summary>
    /// <param name="clipSkip">As people say it: 1 is the last layer of the original network.</param>
    public int SkipFor(int clipSkip) => Math.Max(clipSkip - AbsentLayers, TrainedSkip);
}
