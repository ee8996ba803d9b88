using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Gallery;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class GenerationQueueTests
{
    [Fact]
    public async Task Enqueue_SeveralPictures_CountsSeedsUpAndKeepsOrder()
    {
        await using Workshop workshop = await Workshop.OpenAsync();

        IReadOnlyList<GenerationJob> jobs = await workshop.Queue.EnqueueAsync(Workshop.Recipe(seed: 40), 3, "me");
        foreach (GenerationJob job in jobs)
        {
            Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        }

        Assert.Equal([40, 41, 42], (await workshop.PicturesAsync()).Select(picture => picture.Recipe.Seed));
    }

    [Fact]
    public async Task Jobs_OfTwoBrowsers_RunInTheOrderOfAsking()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob[] jobs =
            [await workshop.AddAsync(1, "ann"), await workshop.AddAsync(2, "ben"), await workshop.AddAsync(3, "ann"), await workshop.AddAsync(4, "ben")];

        Assert.Equal([1, 2, 3, 4], workshop.Queue.Jobs.Select(job => job.Recipe.Seed));
        gate.OpenForGood();
        await Until.Done(jobs[3].Completion);

        IReadOnlyList<GalleryImage> pictures = await workshop.PicturesAsync();
        Assert.Equal([1, 2, 3, 4], pictures.Select(picture => picture.Recipe.Seed));
        Assert.Equal(["ann", "ben", "ann", "ben"], pictures.Select(picture => picture.Owner));
    }

    [Fact]
    public async Task Enqueue_MoreThanFits_AddsNothing()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline(), capacity: 2);
        GenerationJob running = await workshop.AddAsync();
        await Until.True(() => workshop.Queue.Running == running, "the first job runs");
        await workshop.AddAsync(2);

        Assert.Empty(await workshop.Queue.EnqueueAsync(Workshop.Recipe(3), 2, "me"));
        Assert.Equal(2, (await workshop.Jobs.ListAsync()).Count);
        Assert.Single(await workshop.Queue.EnqueueAsync(Workshop.Recipe(3), 1, "me"));
    }

    [Fact]
    public async Task Cancel_WaitingJob_IsNeverMade()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob first = await workshop.AddAsync(1), second = await workshop.AddAsync(2), third = await workshop.AddAsync(3);

        Assert.True(workshop.Queue.Cancel(second.Id, "me"));
        Assert.IsType<JobOutcome.Cancelled>(second.Outcome);
        gate.OpenForGood();
        await Until.Done(third.Completion);

        Assert.Equal([1, 3], (await workshop.PicturesAsync()).Select(picture => picture.Recipe.Seed));
        Assert.False(workshop.Queue.Cancel(second.Id, "me"));
        await Until.True(async () => (await workshop.Jobs.ListAsync()).Count == 0, "no job is stored any more");
        Assert.IsType<JobOutcome.Succeeded>(first.Outcome);
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsWithinTheStepAndTheNextRuns()
    {
        FakePipeline pipeline = new()
        {
            BeforeStep = (recipe, _, cancellationToken) =>
            {
                if (recipe.Seed == 1)
                {
                    FakePipeline.HangUntilCancelled(cancellationToken);
                }
            },
        };
        await using Workshop workshop = await Workshop.OpenAsync(pipeline);
        GenerationJob hanging = await workshop.AddAsync(1), next = await workshop.AddAsync(2);
        await Until.True(() => hanging.Progress.Stage == GenerationStage.Denoising, "the first job denoises");

        hanging.Cancel();

        Assert.IsType<JobOutcome.Cancelled>(await Until.Done(hanging.Completion));
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));
        Assert.Equal(1, workshop.Loads);
    }

    [Fact]
    public async Task Cancel_JobOfAnother_IsRefused()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob job = await workshop.AddAsync(owner: "ann");

        Assert.False(workshop.Queue.Cancel(job.Id, "ben"));
        gate.OpenForGood();
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
    }

    [Fact]
    public async Task CancelAll_EndsTheOwnersJobsAndNoOthers()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob running = await workshop.AddAsync(1, "ann");
        GenerationJob others = await workshop.AddAsync(2, "ben");
        GenerationJob waiting = await workshop.AddAsync(3, "ann");
        await Until.True(() => workshop.Queue.Running == running, "the first job runs");

        workshop.Queue.CancelAll("ann");

        Assert.IsType<JobOutcome.Cancelled>(await Until.Done(running.Completion));
        Assert.IsType<JobOutcome.Cancelled>(await Until.Done(waiting.Completion));
        gate.OpenForGood();
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(others.Completion));
    }

    [Fact]
    public async Task Move_OwnJob_ChangesPlacesAmongOwnJobsOnly()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob running = await workshop.AddAsync(0);
        await Until.True(() => workshop.Queue.Running == running, "the first job runs");
        await workshop.AddAsync(1, "ann");
        await workshop.AddAsync(2, "ben");
        GenerationJob moved = await workshop.AddAsync(3, "ann");
        await workshop.AddAsync(4, "ann");

        Assert.False(await workshop.Queue.MoveAsync(moved.Id, "ben", -1));
        Assert.True(await workshop.Queue.MoveAsync(moved.Id, "ann", -1));
        Assert.False(await workshop.Queue.MoveAsync(moved.Id, "ann", -1));

        Assert.Equal([0, 3, 2, 1, 4], workshop.Queue.Jobs.Select(job => job.Recipe.Seed));
        Assert.Equal([0, 3, 2, 1, 4], (await workshop.Jobs.ListAsync()).Select(job => job.Recipe.Seed));
    }

    [Fact]
    public async Task Take_JobsForTheLoadedModel_GoFirstWithinBounds()
    {
        await using QueueAlone alone = await QueueAlone.OpenAsync(mostOvertaken: 2);
        await alone.AddAsync("anna", "harbour");
        await alone.AddAsync("ben", "postcard");
        await alone.AddAsync("cleo", "postcard");
        await alone.AddAsync("dora", "postcard");

        // Twice others go before anna; then it is her turn, although postcard is loaded.
        Assert.Equal(["ben", "cleo", "anna", "dora"], alone.TakeAll(loaded: "postcard").Select(job => job.Owner));
    }

    [Fact]
    public async Task Take_ManyJobsOfTwoModels_OvertakesNobodyMoreThanTheBoundAndKeepsEverybodysOrder()
    {
        const int Bound = 3;
        await using QueueAlone alone = await QueueAlone.OpenAsync(Bound);
        Random random = new(5);
        List<GenerationJob> asked = [];
        for (int i = 0; i < 80; i++)
        {
            asked.Add(await alone.AddAsync($"owner {random.Next(6)}", random.Next(2) == 0 ? "postcard" : "harbour"));
        }

        List<GenerationJob> taken = alone.TakeAll(loaded: null);

        Assert.Equal(asked.Count, taken.Count);
        Assert.All(asked, job => Assert.InRange(taken.TakeWhile(other => other != job).Count(other => other.Id > job.Id), 0, Bound));
        Assert.All(taken.GroupBy(job => job.Owner), own => Assert.Equal(own.Select(job => job.Id).Order(), own.Select(job => job.Id)));
        int Switches(List<GenerationJob> jobs) => jobs.Zip(jobs.Skip(1)).Count(pair => pair.First.Recipe.Checkpoint != pair.Second.Recipe.Checkpoint);
        Assert.True(Switches(taken) < Switches(asked), $"{Switches(taken)} switches are not fewer than {Switches(asked)}.");
    }

    [Fact]
    public async Task Take_BoundOfZero_KeepsToTheOrder()
    {
        await using QueueAlone alone = await QueueAlone.OpenAsync(mostOvertaken: 0);
        await alone.AddAsync("anna", "harbour");
        await alone.AddAsync("ben", "postcard");

        Assert.Equal(["anna", "ben"], alone.TakeAll(loaded: "postcard").Select(job => job.Owner));
    }

    [Fact]
    public async Task Restart_WithJobsLeft_MakesThemInOrderAndEachOnce()
    {
        using StepGate gate = new();
        Workshop before = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob finished = await before.AddAsync(1);
        gate.Open(4);
        await Until.Done(finished.Completion);
        GenerationJob running = await before.AddAsync(2);
        await Until.True(() => before.Queue.Running == running, "the second job runs");
        await before.AddAsync(3);
        await before.AddAsync(4);

        await using Workshop after = await before.RestartAsync();
        await Until.True(() => after.Queue.Jobs.Count == 0 && after.Worker.IsRunning, "all jobs are made");

        Assert.Null(running.Outcome);
        Assert.Equal([1, 2, 3, 4], (await after.PicturesAsync()).Select(picture => picture.Recipe.Seed));
    }

    [Fact]
    public async Task TimeUntilDone_BeforeAndAfterTheFirstPicture_IsUnknownThenAdded()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob first = await workshop.AddAsync(1);
        Assert.Null(workshop.Queue.TimeUntilDone(first));
        gate.Open(4);
        await Until.Done(first.Completion);

        GenerationJob second = await workshop.AddAsync(2), third = await workshop.AddAsync(3);
        await Until.True(() => workshop.Queue.Running == second, "the second job runs");

        TimeSpan one = workshop.Times.Estimate(first.Recipe)!.Value;
        Assert.True(workshop.Queue.TimeUntilDone(third) >= one);
        Assert.Equal(TimeSpan.Zero, workshop.Queue.TimeUntilDone(first));
        gate.OpenForGood();
    }

    [Fact]
    public async Task TimeUntilDone_OfTwoModels_CountsThoseThatWillGoBefore()
    {
        await using QueueAlone alone = await QueueAlone.OpenAsync(mostOvertaken: 3);
        alone.Measure("postcard", TimeSpan.FromSeconds(1));
        alone.Measure("harbour", TimeSpan.FromSeconds(10));
        Random random = new(7);
        List<GenerationJob> waiting = [];
        for (int i = 0; i < 40; i++)
        {
            waiting.Add(await alone.AddAsync($"owner {random.Next(6)}", random.Next(2) == 0 ? "postcard" : "harbour"));
        }

        waiting.Remove(alone.Take(loaded: null));
        long[] foreseen = [.. waiting.OrderBy(alone.TimeUntilDone).Select(job => job.Id)];

        Assert.NotEqual(waiting.Select(job => job.Id), foreseen);
        Assert.Equal(alone.TakeAll(loaded: null).Select(job => job.Id), foreseen);
    }

    [Fact]
    public async Task Find_EndedJob_IsRememberedForAWhile()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GenerationJob job = await workshop.AddAsync();
        await Until.Done(job.Completion);

        Assert.Same(job, workshop.Queue.Find(job.Id));
        Assert.DoesNotContain(job, workshop.Queue.Jobs);
        Assert.Null(workshop.Queue.Find(job.Id + 1));
    }
}
