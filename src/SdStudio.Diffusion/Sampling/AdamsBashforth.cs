using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>The explicit multistep method of Adams and Bashforth for evenly spaced steps: the slope ahead is extrapolated from those behind.</summary>
internal static class AdamsBashforth
{
    /// <summary>Slopes beyond which the method has no use: the fourth order.</summary>
    public const int MaxOrder = 4;

    /// <summary>The mean slope of the step that begins now.</summary>
    /// <param name="slopes">Oldest first; the last belongs to this step.</param>
    /// <param name="order">At most this many slopes are used, 1 to 4.</param>
    public static Latent Slope(List<Latent> slopes, int order) => Math.Min(order, slopes.Count) switch
    {
        1 => slopes[^1],
        2 => ((3 * slopes[^1]) - slopes[^2]) / 2,
        3 => ((23 * slopes[^1]) - (16 * slopes[^2]) + (5 * slopes[^3])) / 12,
        _ => ((55 * slopes[^1]) - (59 * slopes[^2]) + (37 * slopes[^3]) - (9 * slopes[^4])) / 24,
    };
}
