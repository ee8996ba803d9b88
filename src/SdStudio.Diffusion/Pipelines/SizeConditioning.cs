using SdStudio.Diffusion.Graphs.Blocks;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// What the UNet of Stable Diffusion XL is told beside the timestep (Podell et al. 2023, arXiv:2307.01952, section 2.2): the text as one vector,
/// then numbers about the picture, each as sinusoids like those of the timestep.
/// </summary>
internal static class SizeConditioning
{
    /// <summary>Height and width of the original, top and left of the part that is shown, then height and width of that part, or the refiner's score.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="score">Of beauty, about 1 to 10; null where the network is told none.</param>
    public static float[] Numbers(int width, int height, float? score = null) => score is { } beauty ? [height, width, 0, 0, beauty] : [height, width, 0, 0, height, width];

    /// <summary>Whether a vector for the whole text leaves room for the numbers: with sinusoids of equal and even width, or for each as it is.</summary>
    /// <param name="pooled">Width of the vector; null where there is none.</param>
    /// <param name="width">Of the whole label.</param>
    /// <param name="numbers">How many there are.</param>
    public static bool Fits(int? pooled, int width, int numbers)
    {
        int rest = width - (pooled ?? width);
        return rest == numbers || (rest > 0 && rest % (2 * numbers) == 0);
    }

    /// <param name="pooled">[dim], the whole text.</param>
    /// <param name="numbers">About the picture.</param>
    /// <param name="width">Of the result; what the text leaves is divided evenly among the numbers. Where that is one place for each, they go in as they are: the network makes the sinusoids.</param>
    /// <returns>[width]</returns>
    public static float[] Label(ReadOnlySpan<float> pooled, ReadOnlySpan<float> numbers, int width)
    {
        if (width - pooled.Length == numbers.Length)
        {
            return [.. pooled, .. numbers];
        }

        int half = (width - pooled.Length) / numbers.Length / 2;
        float[] frequencies = TimestepEmbedding.Frequencies(half);
        float[] label = new float[width];
        pooled.CopyTo(label);
        for (int n = 0; n < numbers.Length; n++)
        {
            Span<float> sinusoids = label.AsSpan(pooled.Length + n * 2 * half, 2 * half);
            for (int i = 0; i < half; i++)
            {
                float angle = numbers[n] * frequencies[i];
                (sinusoids[i], sinusoids[half + i]) = (MathF.Cos(angle), MathF.Sin(angle));
            }
        }

        return label;
    }
}
