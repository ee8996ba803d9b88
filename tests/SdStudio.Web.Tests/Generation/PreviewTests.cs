using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PreviewTests
{
    [Fact]
    public async Task Frames_WhileNobodyWatches_AreNotMade()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GenerationJob job = await workshop.AddAsync(steps: 20);
        using IDisposable subscription = job.Subscribe(static () => { });
        await Until.Done(job.Completion);

        Assert.Empty(job.Frames);
        Assert.Null(job.Progress.Frame);
    }

    [Fact]
    public async Task Frames_WhileSomebodyWatches_BeginWithTheNoise()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync(steps: 5);
        using IDisposable watch = job.Watch(static () => { });

        IReadOnlyList<PreviewFrame> frames = [];
        for (int step = 0; step < 5; step++)
        {
            int seen = step;
            await Until.True(() => job.Frames.Count == seen + 1, $"the frame of step {seen}");
            frames = job.Frames;
            gate.Open(1);
        }

        await Until.Done(job.Completion);
        Assert.Equal([0, 1, 2, 3, 4], frames.Select(frame => frame.Step));
        Assert.All(frames, frame => Assert.Equal([0xFF, 0xD8], frame.Jpeg[..2].ToArray()));
        Assert.StartsWith("data:image/jpeg;base64,", job.Progress.Frame!.DataUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_ForOneWhoComesInTheMiddleOfAStep_IsMadeAtOnceAndOnceForAll()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync();
        gate.Open(2);
        await Until.True(() => job.Progress.Step == 2, "step 2");

        using IDisposable first = job.Watch(static () => { });
        using IDisposable second = job.Watch(static () => { });

        // The third step does not begin: this frame is that of the last one.
        await Until.True(() => job.Progress.Frame is { Step: 2 }, "the frame of step 2");
        PreviewFrame frame = Assert.Single(job.Frames);
        gate.Open(1);
        await Until.True(() => job.Frames.Count == 2, "the frame of step 3");
        Assert.Equal([2, 3], job.Frames.Select(frame => frame.Step));
        Assert.Same(frame, job.Frames[0]);
        gate.OpenForGood();
        await Until.Done(job.Completion);
    }

    [Fact]
    public async Task Frames_AfterTheLastWatcherLeft_AreNotMadeAnyMore()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync(steps: 10);
        IDisposable watch = job.Watch(static () => { });
        await Until.True(() => job.Frames.Count == 1, "the first frame");

        watch.Dispose();
        watch.Dispose();
        Assert.False(job.IsWatched);
        gate.OpenForGood();
        await Until.Done(job.Completion);

        Assert.Single(job.Frames);
    }

    [Fact]
    public async Task Film_OfAWatchedJob_IsKeptWithThePicture()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync();
        using IDisposable watch = job.Watch(static () => { });
        await Until.True(() => job.Frames.Count == 1, "the first frame");
        gate.OpenForGood();

        JobOutcome.Succeeded outcome = Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        Assert.True((await workshop.Gallery.FindAsync(outcome.ImageId))!.HasFilm);
    }

    [Fact]
    public async Task Listener_ThatBlocks_DoesNotSlowTheSteps()
    {
        using ManualResetEventSlim never = new();
        await using Workshop workshop = await Workshop.OpenAsync();
        GenerationJob job = await workshop.AddAsync(steps: 50);
        using IDisposable slow = job.Watch(never.Wait);

        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        never.Set();
    }

    [Fact]
    public async Task Listener_ThatThrows_HearsNothingMoreAndTheJobGoesOn()
    {
        int calls = 0;
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync();
        using IDisposable broken = job.Subscribe(() =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("A page that was closed.");
        });
        gate.Open(1);
        await Until.True(() => Volatile.Read(ref calls) == 1, "the first call");
        gate.OpenForGood();

        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        Assert.Equal(1, calls);
    }
}
