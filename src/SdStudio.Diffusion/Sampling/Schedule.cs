namespace SdStudio.Diffusion.Sampling;

/// <summary>A row of <see cref="Schedules"/>: the list of sigmas that a sampler walks down.</summary>
/// <param name="Key">In recipes: <c>karras</c>.</param>
/// <param name="Label">For people and in picture metadata: "Karras".</param>
/// <param name="Rule">Makes the sigmas for noise levels and a number of steps; levels may stand twice.</param>
public sealed record Schedule(string Key, string Label, Func<NoiseLevels, int, float[]> Rule)
{
    /// <summary>
    /// Sigmas that descend and end in 0, or in the lowest of the model. They are one more than the steps, a few more or less where the
    /// rule demands it, and less where there are not so many levels: between equal ones there is no step.
    /// </summary>
    /// <param name="steps">At least 1.</param>
    public float[] Make(NoiseLevels levels, int steps)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        float[] sigmas = Rule(levels, steps);
        return [.. sigmas.Where((sigma, i) => i == 0 || sigma < sigmas[i - 1])];
    }
}
