using NetVips;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class PngFileTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 5)]
    [InlineData(128, 128)]
    public void Encode_Pixels_ComeBackUnchanged(int width, int height)
    {
        RgbImage pixels = TemporaryStudio.Pixels(width, height);

        using var image = Image.NewFromBuffer(PngFile.Encode(pixels, new KeyValuePair<string, string>("parameters", "text")), failOn: Enums.FailOn.Warning);

        Assert.Equal((width, height, 3), (image.Width, image.Height, image.Bands));
        Assert.Equal(pixels.Pixels.ToArray(), image.WriteToMemory<byte>());
    }
}
