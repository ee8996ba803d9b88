using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Pipelines;

public sealed class LatentRecorderTests
{
    [Theory]
    [InlineData(20, new[] { 0, 1, 10, 20 })]
    [InlineData(5, new[] { 0, 1, 3, 5 })]
    [InlineData(2, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 0, 1 })]
    public void Hashes_OfAllSteps_AreNoiseFirstMiddleAndLast(int steps, int[] kept) => Assert.Equal(kept, Watch(steps).Hashes.Select(latent => latent.Step));

    [Fact]
    public void Hashes_OfTheSameLatents_AreTheSame() => Assert.Equal(Watch(8).Hashes.AsEnumerable(), Watch(8).Hashes);

    [Fact]
    public void Hashes_WhereOneStepIsOther_DifferThereAlone()
    {
        LatentRecorder one = Watch(9), other = Watch(9, changed: 5);

        Assert.Equal([5], one.Hashes.Zip(other.Hashes).Where(pair => pair.First != pair.Second).Select(pair => pair.First.Step));
        Assert.All(one.Hashes, latent => Assert.Matches("^[0-9a-f]{16}$", latent.Hash));
    }

    [Fact]
    public void See_StepsThatPassOverTheMiddle_KeepsTheNext()
    {
        LatentRecorder recorder = new();
        foreach (int step in new[] { 0, 1, 2, 9, 10 })
        {
            recorder.See(Progress(step, 10, step));
        }

        Assert.Equal([0, 1, 9, 10], recorder.Hashes.Select(latent => latent.Step));
    }

    [Fact]
    public void See_ReportsWithoutLatents_KeepsNothing()
    {
        LatentRecorder recorder = new();
        recorder.See(new StepProgress(GenerationStage.Decoding, 4, 4));

        Assert.Empty(recorder.Hashes);
    }

    private static LatentRecorder Watch(int steps, int? changed = null)
    {
        LatentRecorder recorder = new();
        for (int step = 0; step <= steps; step++)
        {
            recorder.See(Progress(step, steps, step == changed ? -1 : step));
        }

        return recorder;
    }

    private static StepProgress Progress(int step, int steps, float value) =>
        new(GenerationStage.Denoising, step, steps, new Latent(4, 2, 2, [.. Enumerable.Repeat(value, 16)]));
}
