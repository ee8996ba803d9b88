namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Activation of a text encoder's feed-forward layers.</summary>
public enum TextActivation
{
    /// <summary>x * sigmoid(1.702 x), as OpenAI's CLIP was trained.</summary>
    QuickGelu,

    /// <summary>The exact GELU, by the error function.</summary>
    Gelu,
}
