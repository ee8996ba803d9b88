namespace SdStudio.Storage.Metadata;

/// <summary>A setting that another program calls otherwise.</summary>
/// <param name="Field">For people: "Sampler".</param>
/// <param name="Theirs">As the picture's text says it: "DPM++ 2M Karras".</param>
/// <param name="Ours">What it is here: "DPM++ 2M, Karras".</param>
public sealed record ReadMapping(string Field, string Theirs, string Ours);
