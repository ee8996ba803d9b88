using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Random;

public sealed class NoiseTests
{
    [Fact]
    public void MersenneNoise_SeedsEqualInTheirLow32Bits_GiveOneNoise()
    {
        Assert.Equal(new MersenneNoise(uint.MaxValue).Next(4, 8, 8).Values, new MersenneNoise(long.MaxValue).Next(4, 8, 8).Values);
        Assert.False(new MersenneNoise(1).Next(4, 8, 8).Values.SequenceEqual(new MersenneNoise(2).Next(4, 8, 8).Values));
    }

    [Fact]
    public void MersenneNoise_ManyNumbers_AreStandardNormal()
    {
        float[] values = new float[1 << 18];
        new MersenneNoise(5).Fill(values);
        Assert.Equal(0, values.Average(), 0.01f);
        Assert.Equal(1, values.Average(value => value * value), 0.01f);
    }

    [Fact]
    public void PhiloxNoise_ManyNumbers_AreStandardNormal()
    {
        float[] values = new float[1 << 18];
        new PhiloxNoise(5).Fill(values);
        Assert.Equal(0, values.Average(), 0.01f);
        Assert.Equal(1, values.Average(value => value * value), 0.01f);
    }

    [Fact]
    public void PhiloxNoise_HighHalfOfTheSeed_Counts() =>
        Assert.False(new PhiloxNoise(1).Next(4, 8, 8).Values.SequenceEqual(new PhiloxNoise(1 + (1L << 32)).Next(4, 8, 8).Values));

    [Theory]
    [InlineData(NoiseSource.Cpu)]
    [InlineData(NoiseSource.Nvidia)]
    public void ImageNoise_OneDrawForABatch_IsCutIntoPictures(NoiseSource source)
    {
        // 75 numbers are no multiple of sixteen, so the last ones depend on how many are drawn.
        INoiseSource whole = source.Start(9);
        Latent first = whole.Next(3 * 3, 5, 5), second = whole.Next(3 * 3, 5, 5);
        for (int picture = 0; picture < 3; picture++)
        {
            ImageNoise noise = new(9, new NoiseSettings { Source = source, BatchSize = 3, BatchIndex = picture });
            Assert.Equal(first.Values.Slice(picture * 75, 75), noise.Next(3, 5, 5).Values);
            Assert.Equal(second.Values.Slice(picture * 75, 75), noise.Next(3, 5, 5).Values);
        }
    }

    [Fact]
    public void ImageNoise_StepSource_BeginsTheSeedAnew()
    {
        ImageNoise noise = new(9, new NoiseSettings { StepSource = NoiseSource.Nvidia });
        Assert.Equal(new MersenneNoise(9).Next(4, 8, 8).Values, noise.Next(4, 8, 8).Values);
        Assert.Equal(new PhiloxNoise(9).Next(4, 8, 8).Values, noise.Next(4, 8, 8).Values);
    }

    [Fact]
    public void BrownianNoise_OtherSource_IsOtherNoise() => Assert.False(
        new BrownianNoise(7, 0.03f, 14.6f, 4, 4, 4).Between(9, 6).Values.SequenceEqual(new BrownianNoise(7, 0.03f, 14.6f, 4, 4, 4, NoiseSource.Nvidia).Between(9, 6).Values));

    [Fact]
    public void BrownianNoise_AnyOrderOfQueries_GivesTheSame()
    {
        BrownianNoise first = new(7, 0.03f, 14.6f, 4, 4, 4), second = new(7, 0.03f, 14.6f, 4, 4, 4);
        Latent early = first.Between(14.6f, 8);
        Latent late = first.Between(1, 0.5f);
        Assert.Equal(late.Values, second.Between(1, 0.5f).Values);
        Assert.Equal(early.Values, second.Between(14.6f, 8).Values);
    }

    [Fact]
    public void BrownianNoise_TwoHalves_AddUpToTheWhole()
    {
        BrownianNoise noise = new(11, 0.03f, 14.6f, 4, 8, 8);
        Latent whole = noise.Between(10, 2) * MathF.Sqrt(8);
        Latent halves = (noise.Between(10, 5) * MathF.Sqrt(5)) + (noise.Between(5, 2) * MathF.Sqrt(3));
        SdStudio.Tests.Close.Within(whole.Values, halves.Values, 1e-4);
    }

    [Fact]
    public void BrownianNoise_ManyValues_HaveUnitVariance()
    {
        Latent noise = new BrownianNoise(3, 0.03f, 14.6f, 4, 64, 64).Between(9, 6);
        float variance = 0;
        foreach (float value in noise.Values)
        {
            variance += value * value / noise.Values.Length;
        }

        Assert.Equal(1, variance, 0.05f);
    }
}
