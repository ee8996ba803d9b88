using System.Text.Json.Serialization;

namespace SdStudio.Diffusion;

/// <summary>
/// A program whose pictures a recipe means to make again. The same words and numbers make other pictures in each: their noise, the scale of its start,
/// the rounding of timesteps, the arithmetic of weighted words and the habits of last steps differ.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<CompatibilityProfile>))]
public enum CompatibilityProfile
{
    SdStudio,

    /// <summary>AUTOMATIC1111's web UI, and Forge.</summary>
    A1111,

    ComfyUi,

    /// <summary>The pipelines of the diffusers library, and programs on top of them.</summary>
    Diffusers,
}
