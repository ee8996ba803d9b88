namespace SdStudio.Diffusion.Sampling;

/// <summary>A row of <see cref="Schedules"/>: the list of sigmas that a sampler walks down.</summary>
/// <param name="Key">In recipes: <c>karras</c>.</param>
/// <param name="Label">For people and in picture metadata: "Karras".</param>
/// <param name="Make">Noise levels and a number of steps, at least 1, to steps + 1 sigmas that descend and end in 0.</param>
public sealed record Schedule(string Key, string Label, Func<NoiseLevels, int, float[]> Make);
