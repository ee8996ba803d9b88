using Bunit;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class StepStatusTests : BunitContext
{
    [Fact]
    public void Status_HalfWay_SaysStepTimeAndWhatIsLeft()
    {
        IRenderedComponent<StepStatus> status = Show(new JobProgress(GenerationStage.Denoising, 12, 24, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(9.4), null));

        string text = status.Find("[data-testid=step-status]").TextContent;
        Assert.Contains("Step 12/24", text, StringComparison.Ordinal);
        Assert.Contains("0.8 s/step", text, StringComparison.Ordinal);
        Assert.Contains("9 s left", text, StringComparison.Ordinal);
        Assert.Equal("12", status.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void Status_FirstSteps_SaysAboutHowLong()
    {
        IRenderedComponent<StepStatus> status = Show(new JobProgress(GenerationStage.Denoising, 1, 24, null, null, null), estimate: TimeSpan.FromSeconds(20));

        Assert.Contains("about 20 s", status.Find("[data-testid=step-status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_NothingMeasuredYet_InventsNoTime()
    {
        IRenderedComponent<StepStatus> status = Show(new JobProgress(GenerationStage.LoadingModel, 0, 24, null, null, null));

        Assert.DoesNotContain(" s", status.Find("[data-testid=step-status]").TextContent.Replace("Loading Postcard", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Announcement_AllSteps_ChangesAtStartHalfAndEndOnly()
    {
        IRenderedComponent<StepStatus> status = Show(Denoising(0));
        List<string> heard = [];
        for (int step = 0; step <= 24; step++)
        {
            status.Render(parameters => parameters.Add(part => part.Progress, Denoising(step)));
            heard.Add(status.Find("[role=status]").TextContent);
        }

        status.Render(parameters => parameters.Add(part => part.Ended, true));
        heard.Add(status.Find("[role=status]").TextContent);

        Assert.Equal(3, heard.Where(words => words.Length > 0).Distinct().Count());
    }

    private static JobProgress Denoising(int step) => new(GenerationStage.Denoising, step, 24, null, null, null);

    private IRenderedComponent<StepStatus> Show(JobProgress progress, TimeSpan? estimate = null) => Render<StepStatus>(parameters => parameters
        .Add(part => part.Progress, progress).Add(part => part.Estimate, estimate).Add(part => part.Sentence, "Loading Postcard"));
}
