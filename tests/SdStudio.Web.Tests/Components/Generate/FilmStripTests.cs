using AngleSharp.Dom;
using Bunit;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class FilmStripTests : BunitContext
{
    private int? _looked;
    private int _lives;

    [Fact]
    public void Strip_HalfWay_ShowsFramesThenTheCurrentThenWhatIsToCome()
    {
        IRenderedComponent<FilmStrip> strip = Show(step: 12, steps: 24);

        IReadOnlyList<IElement> cells = strip.FindAll(".film i");
        Assert.Equal(24, cells.Count);
        Assert.Equal(12, strip.FindAll(".film img").Count);
        Assert.Equal("now", cells[11].ClassName);
        Assert.Equal(12, strip.FindAll(".film i.todo").Count);
    }

    [Fact]
    public void Strip_BeforeTheFirstStep_CannotBeDragged() => Assert.Empty(Show(step: 0, steps: 20).FindAll("input"));

    [Fact]
    public void Strip_MoreStepsThanCells_StandsForSeveralAndEndsAtTheLast()
    {
        IRenderedComponent<FilmStrip> strip = Show(step: 150, steps: 150);

        IReadOnlyList<IElement> cells = strip.FindAll(".film i");
        Assert.Equal(40, cells.Count);
        Assert.Equal("now", cells[^1].ClassName);
        Assert.Equal(40, strip.FindAll(".film img").Count);
    }

    [Fact]
    public void Drag_Back_LooksAtThatStep()
    {
        Show(step: 12, steps: 24).Find("input").Input("5");

        Assert.Equal(5, _looked);
    }

    [Fact]
    public void Drag_PastTheNewest_IsLive()
    {
        Show(step: 12, steps: 24).Find("input").Input("20");

        Assert.Null(_looked);
        Assert.Equal(1, _lives);
    }

    [Fact]
    public void LettingGo_WhileLookingBack_ReturnsToLive()
    {
        IRenderedComponent<FilmStrip> strip = Show(step: 12, steps: 24, looked: 3);

        Assert.Equal("sel", strip.FindAll(".film i")[2].ClassName);
        strip.Find("input").PointerUp();

        Assert.Equal(1, _lives);
    }

    [Fact]
    public void Strip_NobodyWatchedTheStart_LeavesThoseCellsEmpty()
    {
        IRenderedComponent<FilmStrip> strip = Show(step: 10, steps: 20, firstFrame: 8);

        Assert.Equal(3, strip.FindAll(".film img").Count);
        Assert.Empty(strip.FindAll(".film i.todo img"));
    }

    private IRenderedComponent<FilmStrip> Show(int step, int steps, int? looked = null, int firstFrame = 0) => Render<FilmStrip>(parameters => parameters
        .Add(part => part.Frames, Enumerable.Range(firstFrame, Math.Max(0, step - firstFrame + 1)).Select(i => new PreviewFrame(i, new byte[] { 1 }, $"data:image/jpeg;base64,{i}")).ToList())
        .Add(part => part.Step, step).Add(part => part.Steps, steps).Add(part => part.Looked, looked)
        .Add(part => part.OnLook, seen => _looked = seen).Add(part => part.OnLive, () => _lives++));
}
