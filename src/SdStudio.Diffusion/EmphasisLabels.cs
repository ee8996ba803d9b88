namespace SdStudio.Diffusion;

/// <summary>What the weights of words do, for people.</summary>
public static class EmphasisLabels
{
    /// <summary>"Keep the mean".</summary>
    public static string Of(EmphasisMode mode) => mode switch
    {
        EmphasisMode.Original => "Keep the mean",
        EmphasisMode.NoNorm => "As they are",
        EmphasisMode.Ignore => "Ignored",
        EmphasisMode.ComfyUi => "Against an empty prompt",
        _ => mode.ToString(),
    };
}
