using System.Collections.Immutable;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Verification;

namespace SdStudio.Storage.Tests.Verification;

public sealed class PictureVerdictTests
{
    private static readonly PictureDistance s_rounding = new(3, 0.2, 0.998, 0.4, 1.5, 900), s_sameScene = new(120, 9, 0.8, 14, 40, 9000), s_other = new(250, 60, 0.1, 60, 90, 9900);

    private static readonly PictureTrace s_trace = new()
    {
        Latents = [new(0, "aa"), new(1, "bb"), new(10, "cc"), new(20, "dd")],
        Provider = "Cpu",
        Precision = "Float32",
        Runtime = "1.24.0",
        Processor = "X64, 256 bits",
        ModelHash = "0123456789",
        LoraHashes = ImmutableSortedDictionary<string, string>.Empty.Add("glass", "111111111111"),
    };

    [Fact]
    public void Judge_SamePixels_IsBitSameWithoutACause()
    {
        // Even where the traces differ: the pixels decide.
        VerificationReport report = Judge(PictureDistance.None, s_trace with { Runtime = "2.0" });

        Assert.Equal(Verdict.BitSame, report.Verdict);
        Assert.Empty(report.Causes);
        Assert.Null(report.FirstDivergingStep);
    }

    [Theory]
    [InlineData(0.95, 2.3, 10, Verdict.SameToTheEye)]
    [InlineData(0.949, 2.3, 10, Verdict.Different)]
    [InlineData(0.95, 2.31, 10, Verdict.Different)]
    [InlineData(0.95, 2.3, 10.1, Verdict.Different)]
    public void Judge_AtTheThresholds_IsAsTheyAreStated(double similarity, double colour, double largest, Verdict verdict) =>
        Assert.Equal(verdict, Judge(new PictureDistance(9, 1, similarity, colour, largest, 7), s_trace).Verdict);

    [Theory]
    [InlineData(0, DifferenceSource.Noise, "before the first step")]
    [InlineData(1, DifferenceSource.Weighting, "in step 1 of 20")]
    [InlineData(2, DifferenceSource.Sampler, "between step 1 and step 10")]
    [InlineData(3, DifferenceSource.Sampler, "between step 10 and step 20, the last")]
    public void Judge_ByTheFirstStepThatDiffers_NamesItAndWhatItPointsTo(int place, DifferenceSource source, string words)
    {
        PictureTrace now = s_trace with { Latents = [.. s_trace.Latents.Select((latent, i) => i < place ? latent : latent with { Hash = "ff" })] };

        VerificationReport report = Judge(s_other, now);

        Assert.Equal(s_trace.Latents[place].Step, report.FirstDivergingStep);
        Assert.Equal((source, false), (report.Causes[0].Source, report.Causes[0].IsKnown));
        Assert.Contains(words, report.Parting, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_SameLatentsAndOtherPixels_PointsBehindTheLastStep()
    {
        VerificationReport report = Judge(s_sameScene, s_trace);

        Assert.Null(report.FirstDivergingStep);
        Assert.Equal([DifferenceSource.File, DifferenceSource.Decoder], report.Causes.Select(cause => cause.Source));
        Assert.Contains("the same to the last step", report.Parting, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_WhatIsKnownToDiffer_StandsFirst()
    {
        PictureTrace now = s_trace with
        {
            Latents = [s_trace.Latents[0], .. s_trace.Latents.Skip(1).Select(latent => latent with { Hash = "ff" })],
            ModelHash = "9999999999",
            Provider = "Cuda",
            Precision = "Float16",
            LoraHashes = s_trace.LoraHashes.SetItem("glass", "222222222222"),
        };

        VerificationReport report = Judge(s_sameScene, now);

        Assert.Equal(
            [DifferenceSource.Model, DifferenceSource.Lora, DifferenceSource.Provider, DifferenceSource.Precision],
            report.Causes.TakeWhile(cause => cause.IsKnown).Select(cause => cause.Source));
        Assert.Contains(report.Causes, cause => !cause.IsKnown);
        Assert.Contains("9999999999", report.Causes[0].Sentence, StringComparison.Ordinal);
        // The file is known to be another, so nobody is told that it may be.
        Assert.Single(report.Causes, cause => cause.Source == DifferenceSource.Model);
    }

    [Theory]
    [InlineData("1.23.0", "X64, 256 bits", "ONNX Runtime 1.24.0")]
    [InlineData("1.24.0", "X64, 512 bits", "another processor")]
    public void Judge_OtherVersionOrProcessor_IsTold(string runtime, string processor, string words) =>
        Assert.Contains(Judge(s_rounding, s_trace with { Runtime = runtime, Processor = processor }).Causes, cause =>
            cause is { Source: DifferenceSource.Provider, IsKnown: true } && cause.Sentence.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void Judge_ShortHashOfTheSameModel_IsTheSameModel() =>
        Assert.DoesNotContain(Judge(s_rounding, s_trace with { ModelHash = "0123456789abcdef" }).Causes, cause => cause.Source == DifferenceSource.Model);

    [Fact]
    public void Judge_WithoutATrace_GoesByTheLook()
    {
        VerificationEvidence foreign = new(TemporaryStudio.Recipe(), s_other, s_trace) { IsForeign = true, NamedModelHash = "0123456789" };

        Assert.Equal([DifferenceSource.Noise, DifferenceSource.Unsaid], PictureVerdict.Judge(foreign).Causes.Select(cause => cause.Source));
        Assert.Equal(DifferenceSource.Weighting, PictureVerdict.Judge(foreign with { Distance = s_sameScene }).Causes[0].Source);
        Assert.Equal(DifferenceSource.Model, PictureVerdict.Judge(foreign with { NamedModelHash = "5555555555" }).Causes[0].Source);
        Assert.Equal(DifferenceSource.Provider, Assert.Single(PictureVerdict.Judge(foreign with { Distance = s_rounding }).Causes).Source);
        Assert.Null(PictureVerdict.Judge(foreign).FirstDivergingStep);
    }

    [Fact]
    public void Judge_OtherSize_IsDifferentForThatReason()
    {
        VerificationReport report = Judge(null, s_trace);

        Assert.Equal(Verdict.Different, report.Verdict);
        Assert.Equal(DifferenceSource.Size, report.Causes[0].Source);
    }

    [Fact]
    public void Judge_AnyEvidence_AnswersInSentences()
    {
        foreach (PictureDistance? distance in new[] { null, s_rounding, s_sameScene, s_other })
        {
            foreach (PictureTrace? before in new[] { null, s_trace, new PictureTrace(), s_trace with { Latents = [new(4, "zz")] } })
            {
                VerificationReport report = PictureVerdict.Judge(new VerificationEvidence(TemporaryStudio.Recipe(), distance, s_trace) { Before = before, IsLossy = true });
                Assert.NotEmpty(report.Causes);
                Assert.All(report.Causes.Select(cause => cause.Sentence).Append(report.Headline), sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
            }
        }
    }

    private static VerificationReport Judge(PictureDistance? distance, PictureTrace now) =>
        PictureVerdict.Judge(new VerificationEvidence(TemporaryStudio.Recipe(), distance, now) { Before = s_trace });
}
