namespace SdStudio.Storage.Verification;

/// <summary>What can make a picture come out otherwise though its recipe is the same.</summary>
public enum DifferenceSource
{
    /// <summary>The model's file.</summary>
    Model,

    /// <summary>A LoRA's file.</summary>
    Lora,

    /// <summary>The picture has another size than its recipe says.</summary>
    Size,

    /// <summary>The first noise: its source, the seed, a variation.</summary>
    Noise,

    /// <summary>The stepping rule, its options, or the noise that it draws on the way.</summary>
    Sampler,

    /// <summary>The sigmas.</summary>
    Schedule,

    /// <summary>What becomes of the prompt: weights, layers, embeddings.</summary>
    Weighting,

    /// <summary>What ran the networks, and its version.</summary>
    Provider,

    /// <summary>In which numbers they computed.</summary>
    Precision,

    /// <summary>What turned the latent into pixels.</summary>
    Decoder,

    /// <summary>What became of the picture after it was made.</summary>
    File,

    /// <summary>What the picture's own text leaves out.</summary>
    Unsaid,
}
