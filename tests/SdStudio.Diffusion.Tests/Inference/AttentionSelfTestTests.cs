using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Inference;

public sealed class AttentionSelfTestTests
{
    [Fact]
    public void Reference_OfEqualScores_AveragesTheValues()
    {
        // Keys of zero: every token looks at all others alike.
        float[] result = AttentionSelfTest.Reference([1, 2, 3, 4], new float[8], [1, 10, 2, 20, 3, 30, 6, 40], tokens: 2, contextTokens: 4, heads: 1, dimension: 2);

        Close.Within([3, 25, 3, 25], result, 1e-6);
    }

    [Fact]
    public void Reference_OfTwoHeads_WeighsByTheScaledProduct()
    {
        // One query, two keys, heads of one dimension: the first head scores ln 3 and 0, the second 0 and 0.
        float[] result = AttentionSelfTest.Reference([1, 0], [MathF.Log(3), 5, 0, 7], [8, 2, 4, 6], tokens: 1, contextTokens: 2, heads: 2, dimension: 1);

        Close.Within([7, 4], result, 1e-6);
    }

    [Theory]
    [InlineData(AttentionForm.Fused)]
    [InlineData(AttentionForm.Decomposed)]
    internal void LargestError_OnTheCpu_IsRounding(AttentionForm form)
    {
        float error = AttentionSelfTest.LargestError(
            Providers.Cpu.Operators(ElementType.Float32, form), () => Providers.NewOptions(new InferenceSettings()));

        Assert.InRange(error, 0, 1e-5);
    }

    [Fact]
    public void LargestError_OfTheGraphInHalfPrecision_IsWithinItsTolerance()
    {
        float error = AttentionSelfTest.LargestError(
            Providers.Cpu.Operators(ElementType.Float16, AttentionForm.Decomposed), () => Providers.NewOptions(new InferenceSettings()));

        Assert.InRange(error, 0, AttentionSelfTest.Tolerance(ElementType.Float16));
    }

    [Fact]
    public void Choose_WhenNothingIsRight_ChoosesNothing()
    {
        ProviderTraits webGpu = Providers.All.Single(p => p.Provider == InferenceProvider.WebGpu);

        Assert.Null(AttentionSelfTest.Choose(webGpu, _ => 0.5f));
    }
}
