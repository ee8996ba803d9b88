using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

/// <summary>Real bad files through the real loader, on the worker's thread: the job says why, and the program goes on.</summary>
public sealed class BadModelTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public BadModelTests()
    {
        // A folder brings the tokenizer that the single file lacks.
        TinyCheckpoint.WriteFolder(Path.Combine(_models, "good"));
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(name: "other", seed: 2);
        File.Copy(model.Path, Bad);
    }

    private string Bad => Path.Combine(_models, "other.safetensors");

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Theory]
    [InlineData("cut off", "ends early")]
    [InlineData("gone", "other.safetensors")]
    [InlineData("empty", "empty")]
    [InlineData("a web page", "web page")]
    [InlineData("code", "system")]
    [InlineData("a header of 4 GB", "table of contents")]
    [InlineData("no numbers", "")]
    public async Task Job_WithAFileThatTurnedBad_SaysWhyAndTheNextOneIsMade(string what, string words)
    {
        await using Workshop workshop = await Workshop.OpenAsync(roots: [_models], load: Load);
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done((await workshop.AddAsync(1, checkpoint: "good")).Completion));
        Spoil(what);

        GenerationJob bad = await workshop.AddAsync(2, checkpoint: "other"), next = await workshop.AddAsync(3, checkpoint: "good");
        JobOutcome.Failed failed = Assert.IsType<JobOutcome.Failed>(await Until.Done(bad.Completion));
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(next.Completion));

        Assert.Contains(words, failed.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("inside the program", failed.Message, StringComparison.Ordinal);
        Assert.True(workshop.Worker.IsRunning);
    }

    [Fact]
    public async Task Job_WithABadFileAndNothingWaiting_LeavesTheModelBeforeLoaded()
    {
        await using Workshop workshop = await Workshop.OpenAsync(roots: [_models], load: Load);
        await Until.Done((await workshop.AddAsync(1, checkpoint: "good")).Completion);
        Spoil("cut off");

        await Until.Done((await workshop.AddAsync(2, checkpoint: "other")).Completion);
        await Until.True(() => workshop.Pipelines.Model?.Name == "good", "the model before is there again");

        Assert.Equal(3, workshop.Loads);
    }

    [Fact]
    public async Task Job_WhileItsModelIsLoaded_TellsHowFarItIs()
    {
        List<double> shares = [];
        await using Workshop workshop = await Workshop.OpenAsync(roots: [_models], load: (demand, loaded, cancellationToken) => Load(demand, new Collector(loaded, shares), cancellationToken));

        GenerationJob job = await workshop.AddAsync(1, checkpoint: "good");
        await Until.Done(job.Completion);

        Assert.Equal(1, job.Progress.Loaded);
        lock (shares)
        {
            Assert.Equal((0d, 1d), (shares[0], shares[^1]));
            Assert.True(shares.Count(share => share is > 0 and < 1) > 10, $"{shares.Count} reports are too few to show a line that moves.");
        }
    }

    private static StableDiffusionPipeline Load(PipelineDemand demand, IProgress<double> loaded, CancellationToken cancellationToken) => StableDiffusionPipeline.Load(
        demand.Model.Path,
        new PipelineSettings([Path.GetDirectoryName(demand.Model.Path)!], _ => null),
        InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 }),
        loaded: loaded);

    private void Spoil(string what)
    {
        byte[] whole = File.ReadAllBytes(Bad);
        switch (what)
        {
            case "cut off":
                File.WriteAllBytes(Bad, whole[..(whole.Length / 2)]);
                break;
            case "gone":
                File.Delete(Bad);
                break;
            case "empty":
                File.WriteAllBytes(Bad, []);
                break;
            case "a web page":
                File.WriteAllText(Bad, "<!DOCTYPE html><title>Log in</title>");
                break;
            case "code":
                File.WriteAllText(Bad, "\u0080\u0002cos\nsystem\nX\u0004\0\0\0true\u0085R.", System.Text.Encoding.Latin1);
                break;
            case "a header of 4 GB":
                whole.AsSpan(4, 4).Clear();
                whole[4] = 1;
                File.WriteAllBytes(Bad, whole);
                break;
            case "no numbers":
                using (TinyCheckpoint model = TinyCheckpoint.SingleFile(name: "other", spoil: MakeNoNumbers))
                {
                    File.Copy(model.Path, Bad, overwrite: true);
                }

                break;
        }
    }

    private static void MakeNoNumbers(PlannedTensor tensor, Span<float> values)
    {
        if (tensor.Name.Contains(".out.2.", StringComparison.Ordinal))
        {
            values.Fill(float.NaN);
        }
    }

    private sealed class Collector(IProgress<double> inner, List<double> shares) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (shares)
            {
                shares.Add(value);
            }

            inner.Report(value);
        }
    }
}
