using NetVips;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class PreviewEncoderTests
{
    [Theory]
    [InlineData(16, 16, 128, 128)]
    [InlineData(32, 24, 256, 192)]
    [InlineData(64, 96, 171, 256)]
    [InlineData(3, 1, 24, 8)]
    [InlineData(256, 128, 256, 128)]
    [InlineData(1024, 512, 256, 128)]
    [InlineData(1, 300, 1, 256)]
    public void Encode_AnySize_FitsTheLongestSideAndGrowsEightTimesAtMost(int width, int height, int expectedWidth, int expectedHeight)
    {
        using var frame = Image.NewFromBuffer(PreviewEncoder.Encode(TemporaryStudio.Pixels(width, height)));

        Assert.Equal((expectedWidth, expectedHeight, 3), (frame.Width, frame.Height, frame.Bands));
    }

    [Theory]
    [InlineData(16, PreviewEncoder.TargetLength)]
    [InlineData(64, PreviewEncoder.TargetLength)]
    [InlineData(128, 14 * 1024)]
    public void Encode_PureNoise_StaysSmall(int side, int longest)
    {
        // Independent channels at full contrast: worse than the noise that any latent starts from.
        byte[] jpeg = PreviewEncoder.Encode(TemporaryStudio.Pixels(side, side));

        Assert.InRange(jpeg.Length, 500, longest);
    }

    [Fact]
    public void Encode_OneColour_KeepsIt()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[200, 100, 50], 16 * 16).SelectMany(colour => colour)];

        using var frame = Image.NewFromBuffer(PreviewEncoder.Encode(new RgbImage(16, 16, pixels)));

        double[] middle = frame.Getpoint(100, 100);
        Assert.InRange(middle[0], 196, 204);
        Assert.InRange(middle[1], 96, 104);
        Assert.InRange(middle[2], 46, 54);
    }
}
