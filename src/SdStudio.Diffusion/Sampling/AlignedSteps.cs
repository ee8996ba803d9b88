namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// Sigmas that were found to suit a model, by measuring instead of by formula; for other numbers of steps they are interpolated
/// (<see cref="Schedules"/>). They descend and end above 0.
/// </summary>
public sealed record AlignedSteps
{
    public static AlignedSteps StableDiffusion1 { get; } = new()
    {
        AlignYourSteps = [14.615f, 6.475f, 3.861f, 2.697f, 1.886f, 1.396f, 0.963f, 0.652f, 0.399f, 0.152f, 0.029f],
        AlignYourSteps32 =
        [
            14.615f, 11.23951352f, 8.64363081f, 6.64729424f, 5.57250862f, 4.71648546f, 3.99196065f, 3.5195609f,
            3.13490466f, 2.79228788f, 2.48773628f, 2.21663865f, 1.97508351f, 1.7793172f, 1.61475335f, 1.46540953f,
            1.314849f, 1.16642497f, 1.03475547f, 0.91573744f, 0.80748169f, 0.71202361f, 0.621739f, 0.53065202f,
            0.4529096f, 0.37491455f, 0.27461819f, 0.2011529f, 0.14105873f, 0.06682881f, 0.03166121f, 0.015f,
        ],
        Gits = [14.615f, 4.617f, 2.507f, 1.236f, 0.702f, 0.402f, 0.240f, 0.156f, 0.104f, 0.094f, 0.029f],
    };

    public static AlignedSteps StableDiffusionXl { get; } = new()
    {
        AlignYourSteps = [14.615f, 6.315f, 3.771f, 2.181f, 1.342f, 0.862f, 0.555f, 0.380f, 0.234f, 0.113f, 0.029f],
        AlignYourSteps32 =
        [
            14.615f, 11.1491618f, 8.50522127f, 6.48827151f, 5.43707402f, 4.60398619f, 3.89854704f, 3.27407457f,
            2.74396527f, 2.29968659f, 1.95448514f, 1.67108715f, 1.42878152f, 1.23181009f, 1.06789649f, 0.92579443f,
            0.80290886f, 0.69660121f, 0.60436903f, 0.52852552f, 0.46773344f, 0.41393379f, 0.36258186f, 0.31008517f,
            0.26518925f, 0.22326461f, 0.17653877f, 0.13959192f, 0.10587381f, 0.05519369f, 0.02877334f, 0.015f,
        ],
        Gits = [14.615f, 4.734f, 2.567f, 1.529f, 0.987f, 0.652f, 0.418f, 0.268f, 0.179f, 0.127f, 0.029f],
    };

    /// <summary>Sabour et al. 2024, "Align Your Steps" (arXiv:2404.14507): eleven levels, ten steps.</summary>
    public required IReadOnlyList<float> AlignYourSteps { get; init; }

    /// <summary>The same for 31 steps, down to a lower level.</summary>
    public required IReadOnlyList<float> AlignYourSteps32 { get; init; }

    /// <summary>Chen et al. 2024, "geometry-inspired time scheduling" (arXiv:2405.11326).</summary>
    public required IReadOnlyList<float> Gits { get; init; }
}
