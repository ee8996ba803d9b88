namespace SdStudio.Diffusion;

/// <summary>One thing in which two recipes differ, in people's words.</summary>
/// <param name="Name">What it is called in the form: "Sampler".</param>
/// <param name="First">In the first recipe; "none" where it has none.</param>
/// <param name="Second">In the second.</param>
public sealed record RecipeDifference(string Name, string First, string Second);
