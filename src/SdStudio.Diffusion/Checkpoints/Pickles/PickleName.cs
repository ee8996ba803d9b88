namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>A Python class or function that a pickle names and this program knows; it is never looked up, only compared.</summary>
internal sealed record PickleName(string Name);
