using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Gallery;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class GenerationWorkerTests
{
    [Fact]
    public async Task Job_WhenDone_IsInTheGalleryAndNoMoreInTheQueue()
    {
        await using Workshop workshop = await Workshop.OpenAsync();

        GenerationJob job = await workshop.AddAsync(seed: 77);
        JobOutcome.Succeeded outcome = Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));

        GalleryImage picture = (await workshop.Gallery.FindAsync(outcome.ImageId))!;
        Assert.Equal(job.Recipe, picture.Recipe);
        Assert.Equal("me", picture.Owner);
        Assert.True(File.Exists(await workshop.Gallery.PictureFileAsync(picture.Id)));
        Assert.Empty(workshop.Queue.Jobs);
        await Until.True(async () => (await workshop.Jobs.ListAsync()).Count == 0, "the stored job is struck");
    }

    [Fact]
    public async Task Jobs_OneAfterAnother_ShareTheModelAndTheThread()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        await Until.Done((await workshop.AddAsync(1)).Completion);
        Thread first = workshop.Pipeline.Thread!;
        await Until.Done((await workshop.AddAsync(2)).Completion);

        Assert.Equal(1, workshop.Loads);
        Assert.Same(first, workshop.Pipeline.Thread);
        Assert.False(first.IsThreadPoolThread);
    }

    [Fact]
    public async Task Failure_WithAMessageForPeople_IsShownAndTheNextJobRuns()
    {
        await using Workshop workshop = await Workshop.OpenAsync(FailingAt(1, () => new UnusableRecipeException("Use 832 × 1216.")));
        GenerationJob failing = await workshop.AddAsync(1), next = await workshop.AddAsync(2);

        Assert.Equal(new JobOutcome.Failed("Use 832 × 1216."), await Until.Done(failing.Completion));
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));
        Assert.Equal(1, workshop.Loads);
    }

    [Fact]
    public async Task Failure_OfAnUnknownKind_IsPlainAndFreesTheModel()
    {
        await using Workshop workshop = await Workshop.OpenAsync(FailingAt(1, () => new InvalidOperationException("tensor rank 7 of node_12")));
        GenerationJob failing = await workshop.AddAsync(1), next = await workshop.AddAsync(2);

        JobOutcome.Failed failed = Assert.IsType<JobOutcome.Failed>(await Until.Done(failing.Completion));
        Assert.DoesNotContain("node_12", failed.Message, StringComparison.Ordinal);
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));
        Assert.Equal(2, workshop.Loads);
    }

    [Fact]
    public async Task OutOfMemory_IsSaidPlainlyAndTheNextJobRuns()
    {
        await using Workshop workshop = await Workshop.OpenAsync(FailingAt(1, () => new OutOfMemoryException()));
        GenerationJob failing = await workshop.AddAsync(1), next = await workshop.AddAsync(2);

        JobOutcome.Failed failed = Assert.IsType<JobOutcome.Failed>(await Until.Done(failing.Completion));
        Assert.Contains("memory", failed.Message, StringComparison.Ordinal);
        Assert.Equal(FailureReason.OutOfMemory, failed.Reason);
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));
        Assert.Equal(0, workshop.ClosedDevices);
    }

    [Fact]
    public async Task LostDevice_IsGivenUpAndTheNextJobLoadsAnew()
    {
        await using Workshop workshop = await Workshop.OpenAsync(FailingAt(1, () => new InferenceException(InferenceFailure.DeviceLost, "The graphics card stopped answering.")));
        GenerationJob failing = await workshop.AddAsync(1), next = await workshop.AddAsync(2);

        Assert.Equal("The graphics card stopped answering.", Assert.IsType<JobOutcome.Failed>(await Until.Done(failing.Completion)).Message);
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));
        Assert.Equal(1, workshop.ClosedDevices);
        Assert.Equal(2, workshop.Loads);
    }

    [Fact]
    public async Task Frames_OfAnEndedJob_AreForgottenButTheLast()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync(steps: 3);
        using IDisposable watching = job.Watch(static () => { });
        for (int seen = 0; seen < 3; seen++)
        {
            await Until.True(() => job.Frames.Count == seen + 1, $"the frame of step {seen}");
            gate.Open(1);
        }

        await Until.Done(job.Completion);

        Assert.Single(job.Frames);
    }

    [Fact]
    public async Task Model_ThatIsGone_IsNamed()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GenerationJob job = await workshop.AddAsync(checkpoint: "harbour-xl");

        Assert.Contains("harbour-xl", Assert.IsType<JobOutcome.Failed>(await Until.Done(job.Completion)).Message, StringComparison.Ordinal);
        Assert.Equal(FailureReason.UnusableModel, ((JobOutcome.Failed)job.Outcome!).Reason);
        Assert.Equal(0, workshop.Loads);
    }

    [Fact]
    public async Task Recipe_BeyondTheLimits_IsRefusedBeforeAnyModelIsLoaded()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GenerationJob job = await workshop.AddAsync(steps: 100_000);

        Assert.IsType<JobOutcome.Failed>(await Until.Done(job.Completion));
        Assert.Equal(0, workshop.Loads);
    }

    [Fact]
    public async Task Stop_WhileAStepRuns_EndsAtOnceAndDisposesTheModelOnTheWorkersThread()
    {
        FakePipeline pipeline = new() { BeforeStep = (_, _, cancellationToken) => FakePipeline.HangUntilCancelled(cancellationToken) };
        Workshop workshop = await Workshop.OpenAsync(pipeline);
        GenerationJob job = await workshop.AddAsync();
        await Until.True(() => job.Progress.Stage == GenerationStage.Denoising, "the job denoises");

        await using Workshop after = await workshop.RestartAsync();

        Assert.True(pipeline.IsDisposed);
        Assert.False(workshop.Worker.IsRunning);
        Assert.Null(job.Outcome);
        await Until.True(async () => (await after.PicturesAsync()).Count == 1, "the job is made after the restart");
    }

    [Fact]
    public async Task Progress_OfARunningJob_CountsStepsAndTellsTheTimeFromTheThird()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync(steps: 6);

        gate.Open(1);
        await Until.True(() => job.Progress.Step == 1, "step 1");
        Assert.Null(job.Progress.StepTime);
        Assert.Null(job.Progress.TimeLeft);
        gate.Open(2);
        await Until.True(() => job.Progress.Step == 3, "step 3");

        Assert.NotNull(job.Progress.StepTime);
        Assert.NotNull(job.Progress.TimeLeft);
        Assert.Equal(0.5, job.Progress.Fraction);
        gate.OpenForGood();
        await Until.Done(job.Completion);
        Assert.Equal(6, job.Progress.Step);
    }

    private static FakePipeline FailingAt(long seed, Func<Exception> failure) => new()
    {
        BeforeStep = (recipe, step, _) =>
        {
            if (recipe.Seed == seed && step == 2)
            {
                throw failure();
            }
        },
    };
}
