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
