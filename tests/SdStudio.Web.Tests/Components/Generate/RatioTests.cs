using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RatioTests
{
    public static TheoryData<int, int> Models => new() { { 128, 8 }, { 128, 32 }, { 256, 64 }, { 512, 8 }, { 512, 64 }, { 768, 64 }, { 1024, 64 } };

    [Theory]
    [MemberData(nameof(Models))]
    public void For_AnyModel_GivesFourDifferentSizesItCanMake(int native, int step)
    {
        var limits = new SizeLimits(native, step);

        IReadOnlyList<Ratio> ratios = Ratio.For(limits);

        Assert.Equal(["Square", "Portrait", "Landscape", "Wide"], ratios.Select(ratio => ratio.Label));
        Assert.Equal(4, ratios.Select(ratio => (ratio.Width, ratio.Height)).Distinct().Count());
        Assert.All(ratios, ratio => Assert.Null(limits.ProblemOf(ratio.Width) ?? limits.ProblemOf(ratio.Height) ?? limits.ProblemOf(ratio.Width, ratio.Height)));
        Assert.Equal((native, native), (ratios[0].Width, ratios[0].Height));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void For_AnyModel_KeepsTheAreaNearTheOneItWasTrainedOn(int native, int step)
    {
        foreach (Ratio ratio in Ratio.For(new SizeLimits(native, step)))
        {
            double area = (double)ratio.Width * ratio.Height / ((double)native * native);
            Assert.InRange(area, 0.5, 2);
        }
    }

    [Fact]
    public void For_FineSteps_MeetsTheShape()
    {
        Ratio portrait = Ratio.For(new SizeLimits(512, 8))[1];

        Assert.Equal(2 / 3d, (double)portrait.Width / portrait.Height, 2);
    }
}
