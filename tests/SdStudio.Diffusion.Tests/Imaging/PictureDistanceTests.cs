using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Tests.Imaging;

public sealed class PictureDistanceTests
{
    [Fact]
    public void Between_SamePixels_IsNone() => Assert.Equal(PictureDistance.None, PictureDistance.Between(Noise(1), Noise(1)));

    [Fact]
    public void Between_OtherSize_IsNotMeasured() => Assert.Null(PictureDistance.Between(Noise(1, 32, 24), Noise(1, 24, 32)));

    [Fact]
    public void Between_OnePixelOfOne_CountsIt()
    {
        byte[] pixels = Noise(1).Pixels.ToArray();
        pixels[300] = (byte)(pixels[300] > 100 ? pixels[300] - 60 : pixels[300] + 60);

        PictureDistance distance = PictureDistance.Between(Noise(1), new RgbImage(64, 48, pixels))!;

        Assert.Equal((60, 1), (distance.LargestDifference, distance.ChangedPixels));
        Assert.Equal(60.0 / (64 * 48 * 3), distance.MeanDifference, 9);
        Assert.InRange(distance.Similarity, 0.99, 0.9999999);
    }

    [Fact]
    public void Between_RoundingByOne_IsBelowWhatIsNoticed()
    {
        byte[] pixels = [.. Gradient().Pixels.ToArray().Select((value, i) => (byte)Math.Min(255, value + (i % 2)))];

        PictureDistance distance = PictureDistance.Between(Gradient(), new RgbImage(64, 48, pixels))!;

        Assert.Equal(1, distance.LargestDifference);
        Assert.InRange(distance.LargestColourDifference, 0.01, 2);
        Assert.True(distance.Similarity > 0.98);
    }

    [Fact]
    public void Between_UnrelatedPictures_HaveNoStructureInCommon() => Assert.InRange(PictureDistance.Between(Noise(1), Noise(2))!.Similarity, -0.1, 0.1);

    [Fact]
    public void Between_WhiteAndBlack_IsTheWholeLightness()
    {
        PictureDistance distance = PictureDistance.Between(Flat(0, 0, 0), Flat(255, 255, 255))!;

        Assert.Equal(100, distance.ColourDifference, 2);
        Assert.Equal(255, distance.MeanDifference);
    }

    /// <summary>By the CIE's formula, computed elsewhere.</summary>
    [Fact]
    public void Between_TwoReds_IsTheirDeltaE() => Assert.Equal(9.14264, PictureDistance.Between(Flat(200, 30, 60), Flat(190, 40, 70))!.LargestColourDifference, 4);

    private static RgbImage Flat(byte red, byte green, byte blue) => new(16, 16, [.. Enumerable.Range(0, 256).SelectMany(_ => new[] { red, green, blue })]);

    private static RgbImage Gradient() => new(64, 48, [.. Enumerable.Range(0, 64 * 48 * 3).Select(i => (byte)(20 + (i / 3 % 64 * 3)))]);

    private static RgbImage Noise(int seed, int width = 64, int height = 48)
    {
        byte[] pixels = new byte[width * height * 3];
        new System.Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }
}
