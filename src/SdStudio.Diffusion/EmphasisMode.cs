using System.Text.Json.Serialization;

namespace SdStudio.Diffusion;

/// <summary>What the weight of a word in a prompt, as in <c>(word:1.2)</c>, does to what the text encoder said.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmphasisMode>))]
public enum EmphasisMode
{
    /// <summary>Multiplies it, and then scales the whole chunk so that its mean stays (AUTOMATIC1111).</summary>
    Original,

    /// <summary>Multiplies it, and leaves the mean as it comes.</summary>
    NoNorm,

    /// <summary>Nothing: the weight is read, and left aside.</summary>
    Ignore,

    /// <summary>Moves it away from, or towards, what the text encoder says of an empty prompt (ComfyUI).</summary>
    ComfyUi,
}
