using Microsoft.Extensions.Time.Testing;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PreviewPainterTests
{
    private static readonly LatentPreview s_linear = new([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0]);
    private static readonly Latent s_latent = new(4, 2, 2, new float[16]);

    private readonly FakeTimeProvider _time = new();
    private readonly Fake _sharp;
    private readonly PreviewPainter _painter;

    public PreviewPainterTests()
    {
        (_sharp, _painter) = (new Fake(_time), new PreviewPainter(_time));
    }

    [Fact]
    public void Paint_WithoutDecoder_IsLinear() => Assert.Equal(2, _painter.Paint(this, 1, s_linear, null, s_latent)!.Width);

    [Fact]
    public void Paint_Noise_IsLinear() => Assert.Equal("l", Paint("a", 0));

    [Fact]
    public void Paint_StepsOfAPicture_AreSharpAfterEveryRestAndLeftOutBetween()
    {
        Assert.Equal("s", Paint("a", 1));
        Assert.Equal("-", Paint("a", 2));
        _time.Advance(TimeSpan.FromSeconds(0.99));
        Assert.Equal("-", Paint("a", 3));
        _time.Advance(TimeSpan.FromSeconds(0.01));
        Assert.Equal("s", Paint("a", 4));
    }

    [Fact]
    public void Paint_NextPicture_IsLinearUntilItHasTheTime()
    {
        Paint("a", 1);
        Assert.Equal("l", Paint("b", 0));
        Assert.Equal("l", Paint("b", 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("s", Paint("b", 2));
        Assert.Equal("-", Paint("b", 3));
    }

    [Fact]
    public void Paint_DecoderThatShowsNothing_IsLinear()
    {
        _sharp.ShowsNothing = true;
        Assert.Equal("l", Paint("a", 1));
        _sharp.IsBroken = true;
        Assert.Equal("l", Paint("a", 2));
    }

    private string Paint(string picture, int step) => _painter.Paint(picture, step, s_linear, _sharp, s_latent) switch
    {
        null => "-",
        { Width: 2 } => "l",
        _ => "s",
    };

    /// <summary>Takes 10 ms a frame and rests for a second.</summary>
    private sealed class Fake(FakeTimeProvider time) : ISharpPreview
    {
        public bool ShowsNothing { get; set; }

        public bool IsBroken { get; set; }

        public string? Problem => null;

        public bool Prepare() => !IsBroken;

        public RgbImage? Render(Latent latent)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return ShowsNothing ? null : new RgbImage(16, 16, new byte[16 * 16 * 3]);
        }

        public TimeSpan RestAfter(TimeSpan frame) => frame * 100;
    }
}
