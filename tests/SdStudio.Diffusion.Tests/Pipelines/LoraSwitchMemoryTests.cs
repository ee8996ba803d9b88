using System.Globalization;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Measures the process, so it runs while no other test does.</summary>
[Collection(nameof(LoraSwitchMemoryTests))]
[CollectionDefinition(nameof(LoraSwitchMemoryTests), DisableParallelization = true)]
public sealed class LoraSwitchMemoryTests
{
    [Fact]
    public void Generate_FiftyLoraSwitches_LeaveNothingBehind()
    {
        ImageRecipe tiny = new() { Prompt = "a red lighthouse", Checkpoint = "postcard", Width = 16, Height = 16, Steps = 1, GuidanceScale = 1, Seed = 7 };
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(Postcard.Path, new PipelineSettings([], Postcard.LoraPath), device);
        byte[] Bytes(ImageRecipe recipe) => pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();
        ImageRecipe[] recipes =
        [
            tiny,
            tiny with { Loras = [new LoraSelection(Postcard.Loras[0], 1)] },
            tiny with { Loras = [new LoraSelection(Postcard.Loras[1], 0.5f), new LoraSelection(Postcard.Loras[0], -1)] },
        ];
        byte[][] expected = [.. recipes.Select(Bytes)];
        long before = PrivateMemory(), files = OpenFiles();

        for (int i = 0; i < 51; i++)
        {
            Assert.Equal(expected[i % 3], Bytes(recipes[i % 3]));
        }

        Assert.Equal(expected[0], Bytes(recipes[0]));

        // Two in a hundred of the process with a small model; what one switch writes, left behind fifty times, would be far more.
        Assert.InRange(PrivateMemory(), 0, (long)(before * 1.02));
        Assert.InRange(OpenFiles() - files, long.MinValue, 0);
    }

    /// <summary>0 where the system does not tell.</summary>
    private static long PrivateMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return OperatingSystem.IsLinux()
            ? 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
            : 0;
    }

    /// <summary>Mappings of LoRA files; 0 where the system does not tell.</summary>
    private static int OpenFiles() =>
        OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/maps").Count(line => line.Contains("/loras/", StringComparison.Ordinal)) : 0;
}
