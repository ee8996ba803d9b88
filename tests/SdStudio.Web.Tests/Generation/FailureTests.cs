using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tokens;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class FailureTests
{
    [Theory]
    [MemberData(nameof(Rows))]
    public void Failure_OfEachKind_SaysWhatThePageCanOfferAndWhatIsFreed(Exception exception, FailureReason reason, bool spoilsModel, bool losesDevice)
    {
        Failure failure = Failure.Of(exception);

        Assert.Equal((reason, spoilsModel, losesDevice), (failure.Reason, failure.SpoilsModel, failure.LosesDevice));
        Assert.True(failure.IsExpected);
    }

    public static TheoryData<Exception, FailureReason, bool, bool> Rows => new()
    {
        { new InferenceException(InferenceFailure.OutOfMemory, "m"), FailureReason.OutOfMemory, true, false },
        { new OutOfMemoryException(), FailureReason.OutOfMemory, true, false },
        { new InferenceException(InferenceFailure.DeviceLost, "m"), FailureReason.Other, true, true },
        { new InferenceException(InferenceFailure.NotANumber, "m"), FailureReason.Other, false, false },
        { new TokenizerMissingException("harbour", "/models/tokenizers", 49408), FailureReason.MissingTokenizer, false, false },
        { new CheckpointException("/models/harbour", CheckpointProblem.MissingComponent, "m"), FailureReason.UnusableModel, false, false },
        { new UnusableRecipeException("m"), FailureReason.Other, false, false },
    };

    [Fact]
    public void Failure_InsideTheProgram_IsPlainAndLogged()
    {
        Failure failure = Failure.Of(new InvalidOperationException("rank 7"));

        Assert.DoesNotContain("rank 7", failure.Message, StringComparison.Ordinal);
        Assert.True(failure is { IsExpected: false, SpoilsModel: true });
    }
}
