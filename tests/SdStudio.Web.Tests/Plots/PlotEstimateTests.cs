using SdStudio.Diffusion;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Tests.Generation;

namespace SdStudio.Web.Tests.Plots;

public sealed class PlotEstimateTests
{
    private readonly PictureTimes _times = new();

    [Fact]
    public void Of_KnownPictures_IsTheirSum()
    {
        _times.Record(Workshop.Recipe(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(6 + 12), new PlotEstimate(_times).Of([Workshop.Recipe(steps: 4), Workshop.Recipe(steps: 10)]));
    }

    [Fact]
    public void Of_AKindThatWasNotMadeYet_GoesByStepsAndPixels()
    {
        _times.Record(Workshop.Recipe(), TimeSpan.FromSeconds(1), TimeSpan.Zero);
        ImageRecipe large = Workshop.Recipe(steps: 4) with { Width = 64, Height = 48 };

        Assert.Equal(TimeSpan.FromSeconds(4 + 16), new PlotEstimate(_times).Of([Workshop.Recipe(steps: 4), large]));
    }

    [Fact]
    public void Of_NothingKnown_IsUnknownOrGoesByAnEarlierPicture()
    {
        PlotEstimate estimate = new(_times);

        Assert.Null(estimate.Of([Workshop.Recipe()]));
        Assert.Equal(TimeSpan.FromSeconds(6), estimate.Of([Workshop.Recipe(steps: 8), Workshop.Recipe(steps: 4)], (Workshop.Recipe(steps: 4), TimeSpan.FromSeconds(2))));
        Assert.Equal(TimeSpan.Zero, estimate.Of([]));
    }
}
