using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Sampling;

public sealed class PredictionTests
{
    private const float Sigma = 2.5f;

    private static readonly Latent s_picture = new MersenneNoise(1).Next(4, 2, 2);
    private static readonly Latent s_noise = new MersenneNoise(2).Next(4, 2, 2);

    [Fact]
    public void EpsilonToDenoiser_TrueNoise_FindsThePicture()
    {
        Denoiser denoiser = Prediction.EpsilonToDenoiser((_, _) => s_noise, sigma => sigma);
        AssertClose(s_picture, denoiser(s_picture + (s_noise * Sigma), Sigma));
    }

    [Fact]
    public void VelocityToDenoiser_TrueVelocity_FindsThePicture()
    {
        // v = sqrt(alpha) noise - sqrt(1 - alpha) picture, with alpha = 1 / (1 + sigma^2).
        float root = 1 / MathF.Sqrt(1 + (Sigma * Sigma));
        Latent velocity = (s_noise * root) - (s_picture * (Sigma * root));
        Denoiser denoiser = Prediction.VelocityToDenoiser((_, _) => velocity, sigma => sigma);
        AssertClose(s_picture, denoiser(s_picture + (s_noise * Sigma), Sigma));
    }

    [Fact]
    public void Denoiser_Network_SeesUnitVarianceAndTheTimestep()
    {
        Latent x = s_picture + (s_noise * Sigma);
        Denoiser denoiser = Prediction.EpsilonToDenoiser(
            (input, timestep) =>
            {
                AssertClose(x / MathF.Sqrt(1 + (Sigma * Sigma)), input);
                Assert.Equal(7, timestep);
                return input;
            },
            sigma => sigma == Sigma ? 7 : -1);
        denoiser(x, Sigma);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7.5f)]
    public void Combine_Scale_GoesFromUnconditionalThroughConditional(float scale)
    {
        Latent combined = Guidance.Combine(s_picture, s_noise, scale);
        AssertClose(s_noise + ((s_picture - s_noise) * scale), combined);
        Assert.Equal(scale == 0, combined.Values.SequenceEqual(s_noise.Values));
    }

    private static void AssertClose(Latent expected, Latent actual) => SdStudio.Tests.Close.Within(expected.Values, actual.Values, 2e-6);
}
