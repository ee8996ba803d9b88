using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class SmoothEnlargementTests
{
    [Fact]
    public void To_EdgeBetweenBlackAndWhite_RisesWithoutSteps()
    {
        byte[] pixels = [.. Enumerable.Range(0, 8).SelectMany(x => Enumerable.Repeat((byte)(x < 4 ? 0 : 255), 3))];

        RgbImage large = SmoothEnlargement.To(new RgbImage(8, 1, pixels), 128, 16);

        byte[] row = [.. Enumerable.Range(0, 128).Select(x => large.Pixels.Span[(5 * 128 + x) * 3])];
        Assert.Equal((0, 255), (row[0], row[127]));
        Assert.All(Enumerable.Range(40, 48), x => Assert.InRange(row[x] - row[x - 1], 0, 20));
        Assert.InRange(row[63] + row[64], 250, 260);
    }

    [Fact]
    public void To_SameValueEverywhere_StaysExact()
    {
        foreach (byte value in (byte[])[0, 1, 127, 254, 255])
        {
            RgbImage large = SmoothEnlargement.To(new RgbImage(3, 2, [.. Enumerable.Repeat(value, 18)]), 47, 31);

            Assert.All(large.Pixels.ToArray(), pixel => Assert.Equal(value, pixel));
        }
    }
}
