using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Verification;
using SdStudio.Tests;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Generation;
using SdStudio.Web.Verification;

namespace SdStudio.Web.Tests.Verification;

public sealed class PictureVerifierTests
{
    [Fact]
    public async Task Verify_APictureThatComesOutTheSame_IsBitSameAndAddsNothing()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GalleryImage image = await MakeAsync(workshop);
        Assert.Equal([0, 1, 2, 4], image.Trace!.Latents.Select(latent => latent.Step));

        VerificationOutcome.Compared compared = Assert.IsType<VerificationOutcome.Compared>(await VerifyAsync(workshop, image));

        Assert.Equal(Verdict.BitSame, compared.Report.Verdict);
        Assert.Null(compared.Difference);
        Assert.Single(await workshop.PicturesAsync());
        Assert.Empty(await workshop.Jobs.ListAsync());
        Assert.Empty(workshop.Queue.Jobs);
    }

    [Fact]
    public async Task Verify_APictureOfAnotherSeed_IsDifferentAndShownBesideIt()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GalleryImage image = await MakeAsync(workshop);
        // As if the file had been exchanged: the pixels are those of another recipe.
        VerificationOutcome.Compared compared = Assert.IsType<VerificationOutcome.Compared>(
            await VerifyAsync(workshop, image with { Recipe = image.Recipe with { Seed = 255 } }));

        Assert.Equal(Verdict.Different, compared.Report.Verdict);
        Assert.NotEmpty(compared.Report.Causes);
        Assert.False(compared.Difference!.Value.IsEmpty);
        Assert.False(compared.Kept.IsEmpty || compared.Again.IsEmpty);
    }

    [Fact]
    public async Task Verify_Cancelled_EndsLikeAnyJob()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        gate.Open(4);
        GalleryImage image = await MakeAsync(workshop);

        VerificationRun run = (await Verifier(workshop).StartAsync(image, "me"))!;
        await Until.True(() => run.Job.Progress.Stage == GenerationStage.Denoising, "it is made again");
        Assert.False(workshop.Queue.Cancel(run.Job.Id, "someone"));
        Assert.True(workshop.Queue.Cancel(run.Job.Id, "me"));

        Assert.IsType<VerificationOutcome.Cancelled>(await Until.Done(run.Completion));
        gate.OpenForGood();
    }

    [Fact]
    public async Task Verify_WithoutItsModel_SaysSo()
    {
        await using Workshop workshop = await Workshop.OpenAsync();
        GalleryImage image = await MakeAsync(workshop);

        VerificationOutcome outcome = await VerifyAsync(workshop, image with { Recipe = image.Recipe with { Checkpoint = "gone" } });

        Assert.Contains("gone", Assert.IsType<VerificationOutcome.Failed>(outcome).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_Unkept_WaitsBehindWhatIsStoredAndBeforeWhatComesNext()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        GenerationJob running = await workshop.AddAsync(1);
        await Until.True(() => workshop.Queue.Running == running, "the first runs");
        GenerationJob stored = await workshop.AddAsync(2);
        GenerationJob first = (await workshop.Queue.EnqueueUnkeptAsync(Workshop.Recipe(3), "me"))!, second = (await workshop.Queue.EnqueueUnkeptAsync(Workshop.Recipe(4), "me"))!;
        GenerationJob last = await workshop.AddAsync(5);

        Assert.Equal([running, stored, first, second, last], workshop.Queue.Jobs);
        gate.OpenForGood();
        Assert.IsType<JobOutcome.Rendered>(await Until.Done(second.Completion));
        await Until.Done(last.Completion);
        Assert.Equal([1, 2, 5], (await workshop.PicturesAsync()).Select(picture => picture.Recipe.Seed));
    }

    /// <summary>The model that ships, on the processor: the same picture to the last bit, with the trace of a real device.</summary>
    [Fact]
    public async Task Verify_WithTheModelThatShips_IsBitSame()
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        PipelineLoader load = (demand, loaded, _) => StableDiffusionPipeline.Load(demand.Model.Path, new PipelineSettings([RepositoryRoot.Models], _ => null), device, demand.Recipe, loaded);
        await using Workshop workshop = await Workshop.OpenAsync(load: load);
        workshop.Machine.Device = device.Report;
        ImageRecipe recipe = new() { Prompt = "a lighthouse", Checkpoint = "postcard", Width = 64, Height = 64, Steps = 3, GuidanceScale = 2, Seed = 5, Sampler = "euler_a" };
        GenerationJob job = Assert.Single(await workshop.Queue.EnqueueAsync(recipe, 1, "me"));
        Assert.IsType<JobOutcome.Succeeded>(await job.Completion);
        GalleryImage image = Assert.Single(await workshop.PicturesAsync());

        VerificationOutcome.Compared compared = Assert.IsType<VerificationOutcome.Compared>(await VerifyAsync(workshop, image));

        Assert.Equal(Verdict.BitSame, compared.Report.Verdict);
        Assert.Equal(("Cpu", "Float32"), (image.Trace!.Provider, image.Trace.Precision));
        Assert.Matches(@"^\d+\.\d+", image.Trace.Runtime);
        Assert.Equal([0, 1, 2, 3], image.Trace.Latents.Select(latent => latent.Step));
        Assert.Equal(4, image.Trace.Latents.Select(latent => latent.Hash).Distinct().Count());

        // Another sampler begins with the same noise and the same answer of the network.
        VerificationOutcome.Compared other = Assert.IsType<VerificationOutcome.Compared>(await VerifyAsync(workshop, image with { Recipe = recipe with { Sampler = "heun" } }));
        Assert.Equal(2, other.Report.FirstDivergingStep);
        Assert.Equal(DifferenceSource.Sampler, other.Report.Causes[0].Source);
    }

    private static async Task<GalleryImage> MakeAsync(Workshop workshop)
    {
        GenerationJob job = await workshop.AddAsync();
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        return Assert.Single(await workshop.PicturesAsync());
    }

    private static async Task<VerificationOutcome> VerifyAsync(Workshop workshop, GalleryImage image)
    {
        VerificationRun run = (await Verifier(workshop).StartAsync(image, "me"))!;
        return await run.Completion.WaitAsync(TimeSpan.FromMinutes(5));
    }

    private static PictureVerifier Verifier(Workshop workshop) => new(workshop.Gallery, workshop.Queue, workshop.Catalog, NullLogger<PictureVerifier>.Instance);
}
