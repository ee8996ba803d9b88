using SdStudio.Storage.Jobs;
using static SdStudio.Storage.Tests.TemporaryStudio;

namespace SdStudio.Storage.Tests.Jobs;

public sealed class JobStoreTests
{
    [Fact]
    public async Task AddAsync_SeveralRecipes_AreListedInOrderAfterARestart()
    {
        using TemporaryStudio studio = await CreateAsync();
        IReadOnlyList<StoredJob> added = await studio.Jobs.AddAsync([Recipe(seed: 5), Recipe(seed: 6), Recipe(seed: 7)], "phone", 3);

        await studio.RestartAsync();

        Assert.Equal(added, await studio.Jobs.ListAsync());
        Assert.Equal([5, 6, 7], added.Select(job => job.Recipe.Seed));
        Assert.All(added, job => Assert.Equal(("phone", 3L, studio.Time.GetUtcNow()), (job.Owner, job.ParentId!.Value, job.EnqueuedAt)));
    }

    [Fact]
    public async Task ListAsync_WithARecipeThatCannotBeRead_ListsTheOthers()
    {
        using TemporaryStudio studio = await CreateAsync();
        IReadOnlyList<StoredJob> added = await studio.Jobs.AddAsync([Recipe(seed: 5), Recipe(seed: 6)], "phone", null);
        studio.Execute($"UPDATE Jobs SET Recipe = '{{' WHERE Id = {added[0].Id}");

        Assert.Equal([added[1]], await studio.Jobs.ListAsync());
    }

    [Fact]
    public async Task AddAsync_AfterTheLastJobWasRemoved_NeverUsesItsIdAgain()
    {
        using TemporaryStudio studio = await CreateAsync();
        StoredJob removed = Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null));
        await studio.Jobs.RemoveAsync([removed.Id]);

        await studio.RestartAsync();

        Assert.Equal(removed.Id + 1, Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null)).Id);
    }

    [Fact]
    public async Task MoveAsync_BetweenTwoOthers_ChangesTheOrder()
    {
        using TemporaryStudio studio = await CreateAsync();
        IReadOnlyList<StoredJob> jobs = await studio.Jobs.AddAsync([Recipe(seed: 1), Recipe(seed: 2), Recipe(seed: 3)], "me", null);

        await studio.Jobs.MoveAsync(jobs[2].Id, (jobs[0].Place + jobs[1].Place) / 2);
        await studio.Jobs.AddAsync([Recipe(seed: 4)], "me", null);

        Assert.Equal([1, 3, 2, 4], (await studio.Jobs.ListAsync()).Select(job => job.Recipe.Seed));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task MoveAsync_PlaceThatIsNoNumber_Throws(double place)
    {
        using TemporaryStudio studio = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => studio.Jobs.MoveAsync(1, place));
    }

    [Fact]
    public async Task AddAsync_ManyBrowsersAtOnce_KeepsEveryJob()
    {
        using TemporaryStudio studio = await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => studio.Jobs.AddAsync([Recipe(seed: i), Recipe(seed: i)], $"browser {i}", null))));

        IReadOnlyList<StoredJob> jobs = await studio.Jobs.ListAsync();
        Assert.Equal(20, jobs.Select(job => job.Id).Distinct().Count());
        Assert.Equal(20, jobs.Select(job => job.Place).Distinct().Count());
    }
}
