using NetVips;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class FilmStripTests
{
    [Fact]
    public void Encode_LongFilm_IsThinnedToWhatWebpHolds()
    {
        ReadOnlyMemory<byte> frame = PreviewEncoder.Encode(TemporaryStudio.Pixels(32, 32));

        (byte[] webp, int frames) = FilmStrip.Encode([.. Enumerable.Repeat(frame, 150)])!.Value;

        using var strip = Image.NewFromBuffer(webp);
        Assert.Equal(FilmStrip.MaximumFrames, frames);
        Assert.Equal((FilmStrip.MaximumFrames * 256, 256), (strip.Width, strip.Height));
    }

    [Fact]
    public void Encode_FrameOfAnotherSize_IsLeftOut()
    {
        ReadOnlyMemory<byte> frame = PreviewEncoder.Encode(TemporaryStudio.Pixels(8, 8)), other = PreviewEncoder.Encode(TemporaryStudio.Pixels(8, 4));

        Assert.Equal(2, FilmStrip.Encode([frame, other, frame])!.Value.Frames);
    }

    [Fact]
    public void Encode_NoFrames_IsNull() => Assert.Null(FilmStrip.Encode([]));
}
