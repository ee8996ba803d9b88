using System.Text.Json;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class BenchCommandTests
{
    [Fact]
    public void Bench_TinyModel_PrintsItsNumbersAsJson()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();

        Shell shell = Shell.Run("bench", "-m", model.Path, "--steps", "1", "--width", "32", "--provider", "cpu", "--guidance", "1");

        Assert.Equal("", shell.Error);
        Assert.Equal(0, shell.ExitCode);
        using JsonDocument report = JsonDocument.Parse(shell.Output);
        Assert.Equal("tiny", report.RootElement.GetProperty("model").GetString());
        Assert.Equal(32, report.RootElement.GetProperty("width").GetInt32());
        Assert.Equal(16, report.RootElement.GetProperty("height").GetInt32());
        Assert.Equal(1, report.RootElement.GetProperty("evaluationsPerStep").GetInt32());
        Assert.All(
            new[] { "loadSeconds", "textSeconds", "secondsPerStep", "decodeSeconds", "peakMemoryBytes", "matrixGigaflops" },
            name => Assert.True(report.RootElement.GetProperty(name).GetDouble() > 0, name));
        double Number(string name) => report.RootElement.GetProperty(name).GetDouble();
        Assert.True(Number("loadToFirstStepSeconds") >= Number("loadSeconds") + Number("textSeconds"));
        Assert.Equal(Number("secondsPerEvaluation") * Number("matrixGigaflops") / 1000, Number("evaluationPerMatrixTeraflop"), 0.01 * (1 + Number("matrixGigaflops")));
    }

    [Fact]
    public void Bench_WithLoras_MeasuresTheirSwitches()
    {
        Shell shell = Shell.Run("bench", "-m", Postcard.Path, "--steps", "1", "--width", "16", "--height", "16", "--provider", "cpu", "--guidance", "1", "--no-decode", "--lora", Postcard.LoraPath(Postcard.Loras[0]), "--lora", Postcard.LoraPath(Postcard.Loras[1]));

        Assert.Equal("", shell.Error);
        using JsonDocument report = JsonDocument.Parse(shell.Output);
        JsonElement lora = report.RootElement.GetProperty("lora");
        Assert.Equal($"{Postcard.Loras[0]} + {Postcard.Loras[1]}", lora.GetProperty("name").GetString());
        Assert.True(lora.GetProperty("weights").GetInt32() > 0);
        Assert.True(lora.GetProperty("mergeSeconds").GetDouble() > 0);
        Assert.True(lora.GetProperty("changeLastSeconds").GetDouble() > 0);
        Assert.Equal(50, lora.GetProperty("switches").GetInt32());
    }

    [Fact]
    public void Bench_ImpossibleSize_IsRefused()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();

        Shell shell = Shell.Run("bench", "-m", model.Path, "--width", "33", "--provider", "cpu");

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("multiples of 2", shell.Error, StringComparison.Ordinal);
    }
}
