using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Inference;

public sealed class NetworkTests
{
    [Fact]
    public void Run_AsOnACard_AgreesWithTheCpu()
    {
        using TinyUNet cpu = new(Plans.Cpu), card = new(Plans.Card);

        Close.Within(cpu.Run(), card.Run(), 2e-5);
    }

    [Fact]
    public void Run_AsOnACardInHalfPrecision_AgreesButForRounding()
    {
        using TinyUNet cpu = new(Plans.Cpu), card = new(Plans.CardInHalfPrecision);

        // Halves have eleven bits; a dozen layers add up their rounding.
        float[] expected = cpu.Run();
        Close.Within(expected, card.Run(), 0.02 * expected.Max(MathF.Abs));
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float8E4M3)]
    public void Run_InLowMemoryMode_AgreesForEveryTypeOfFile(ElementType type)
    {
        using TinyUNet converted = new(Plans.Cpu, type), mapped = new(Plans.LowMemory, type);

        Close.Within(converted.Run(), mapped.Run(), 1e-5);
    }

    [Fact]
    public void Run_OfSeveralSizes_NeedsOneSession()
    {
        using TinyUNet cpu = new(Plans.Cpu);

        Assert.Equal(4 * 8 * 8, cpu.Run(8, 8).Length);
        Assert.Equal(4 * 12 * 16, cpu.Run(12, 16).Length);
        float[] first = cpu.Run(8, 8);
        Assert.Equal(1, cpu.Network.SessionsBuilt);
        Close.BitExact(first, cpu.Run(8, 8));
    }

    [Fact]
    public void Run_OfSeveralSizesWithStaticShapes_KeepsTheLastTwoSessions()
    {
        using TinyUNet card = new(Plans.Card);

        card.Run(8, 8);
        card.Run(12, 16);
        card.Run(8, 8);
        Assert.Equal(4 * 12 * 16, card.Run(12, 16).Length);
        Assert.Equal(2, card.Network.SessionsBuilt);

        card.Run(16, 16);
        card.Run(12, 16);
        Assert.Equal(3, card.Network.SessionsBuilt);
        card.Run(8, 8);
        Assert.Equal(4, card.Network.SessionsBuilt);
    }

    [Fact]
    public void Run_WhenCancelledMidway_ThrowsAndStaysUsable()
    {
        using TinyUNet cpu = new(Plans.Cpu);
        float[] before = cpu.Run();

        // Long enough that the flag, set after a moment, meets it at work: uncancelled it takes seconds. A thread of its own sets it,
        // for the pool's are busy with other tests.
        using CancellationTokenSource cancellation = new();
        Thread canceller = new(() =>
        {
            cancellation.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
            cancellation.Cancel();
        });
        canceller.Start();
        OperationCanceledException e = Assert.Throws<OperationCanceledException>(() => cpu.Run(192, 192, cancellation.Token));
        canceller.Join();

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Close.BitExact(before, cpu.Run());
    }

    [Fact]
    public void Run_WhenAlreadyCancelled_DoesNotBegin()
    {
        using TinyUNet card = new(Plans.Card);

        Assert.ThrowsAny<OperationCanceledException>(() => card.Run(cancellation: new CancellationToken(canceled: true)));
        Assert.Equal(0, card.Network.SessionsBuilt);
    }

    [Fact]
    public void Run_WithAnInputThatDoesNotFit_SaysWhichNetwork()
    {
        using TinyUNet cpu = new(Plans.Cpu);

        InferenceException e = Assert.Throws<InferenceException>(() =>
            cpu.Network.Run([new NetworkInput(UNetGraph.Sample, new float[3 * 64], 1, 3, 8, 8)], CancellationToken.None));
        Assert.Equal(InferenceFailure.Other, e.Reason);
        Assert.StartsWith("The UNet could not be run", e.Message, StringComparison.Ordinal);
        Assert.Equal(4 * 64, cpu.Run().Length);
    }
}
