using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Generation</c>: how much may be asked for.</summary>
public sealed class GenerationOptions
{
    /// <summary>Jobs that may wait, of all browsers together.</summary>
    [Range(1, 10_000)]
    public int QueueCapacity { get; set; } = 100;

    /// <summary>Jobs whose model is loaded may go before others: how often a waiting job is overtaken at most. 0 keeps to the order.</summary>
    [Range(0, 100)]
    public int MostOvertaken { get; set; } = 3;

    /// <summary>Pictures that one press of the button may ask for.</summary>
    [Range(1, 1000)]
    public int MaxPictures { get; set; } = 16;

    /// <summary>Largest width x height, in pixels.</summary>
    [Range(4096, 67_108_864)]
    public int MaxPixels { get; set; } = 2048 * 2048;

    [Range(1, 1000)]
    public int MaxSteps { get; set; } = 150;

    /// <summary>Longest prompt and negative prompt, in characters.</summary>
    [Range(100, 100_000)]
    public int MaxPromptLength { get; set; } = 4000;
}
