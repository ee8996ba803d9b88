using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Inference;

public sealed class WeightBuffersTests
{
    private const string Weight = "middle_block.1.transformer_blocks.0.attn1.to_v.weight";

    public static TheoryData<string, ElementType> Plan => new()
    {
        { nameof(Plans.Cpu), ElementType.Float16 },
        { nameof(Plans.Cpu), ElementType.Float32 },
        { nameof(Plans.LowMemory), ElementType.Float16 },
        { nameof(Plans.LowMemory), ElementType.BFloat16 },
        { nameof(Plans.LowMemory), ElementType.Float32 },
        { nameof(Plans.Card), ElementType.Float16 },
        { nameof(Plans.Card), ElementType.Float8E4M3 },
        { nameof(Plans.CardInHalfPrecision), ElementType.BFloat16 },
        { nameof(Plans.CardInHalfPrecision), ElementType.Float64 },
    };

    [Theory]
    [MemberData(nameof(Plan))]
    public void Modify_OnEveryPlan_ShowsInTheNextRunAndRestoreTakesItBack(string plan, ElementType type)
    {
        using TinyUNet unet = new(Named(plan), type);
        float[] before = unet.Run();

        unet.Weights.Modify(Weight, w => w.Fill(0.25f));
        float[] changed = unet.Run();
        Assert.Contains(before.Zip(changed), pair => MathF.Abs(pair.First - pair.Second) > 1e-3f);
        Assert.Equal([Weight], unet.Weights.Modified);

        unet.Weights.Restore(Weight);
        Assert.Empty(unet.Weights.Modified);

        // On a card, a weight that once was folded now is an input, which may change the order of a sum.
        Close.Within(before, unet.Run(), plan == nameof(Plans.Cpu) || plan == nameof(Plans.LowMemory) ? 0 : plan == nameof(Plans.Card) ? 1e-6 : 4e-3);
    }

    [Theory]
    [MemberData(nameof(Plan))]
    public void Modify_OnEveryPlan_GivesTheSameResult(string plan, ElementType type)
    {
        using TinyUNet unet = new(Named(plan), type), reference = new(Plans.Cpu, type);
        unet.Run();

        unet.Weights.Modify(Weight, w => w.Fill(0.25f));
        reference.Weights.Modify(Weight, w => w.Fill(0.25f));

        float[] expected = reference.Run();
        Close.Within(expected, unet.Run(), plan == nameof(Plans.CardInHalfPrecision) ? 0.02 * expected.Max(MathF.Abs) : 2e-5);
    }

    [Theory]
    [MemberData(nameof(Plan))]
    public void Modify_Twice_StartsFromTheFileEachTime(string plan, ElementType type)
    {
        using TinyUNet unet = new(Named(plan), type);
        float[] pristine = new float[unet.Source.ShapeOf(Weight).ElementCount];
        unet.Source.CopyTo(Weight, MemoryMarshal.AsBytes(pristine.AsSpan()), ElementType.Float32);

        unet.Weights.Modify(Weight, w => w.Fill(9));
        float[]? seen = null;
        unet.Weights.Modify(Weight, w => seen = w.ToArray());

        Close.BitExact(pristine, seen);
    }

    [Theory]
    [MemberData(nameof(Plan))]
    public void Modify_ThatFailsHalfWay_CanBeRestored(string plan, ElementType type)
    {
        using TinyUNet unet = new(Named(plan), type);
        float[] before = unet.Run();

        Assert.Throws<InvalidOperationException>(() => unet.Weights.Modify(Weight, w =>
        {
            w[..(w.Length / 2)].Fill(9);
            throw new InvalidOperationException();
        }));
        unet.Run();
        Assert.Equal([Weight], unet.Weights.Modified);
        unet.Weights.Restore(Weight);

        Assert.Empty(unet.Weights.Modified);
        Close.Within(before, unet.Run(), plan == nameof(Plans.Cpu) || plan == nameof(Plans.LowMemory) ? 0 : plan == nameof(Plans.Card) ? 1e-6 : 4e-3);
    }

    [Fact]
    public void Modify_OfManyWeightsOnACard_BuildsOneSession()
    {
        using TinyUNet card = new(Plans.Card);
        string[] names = [.. card.Source.Names.Where(n => n.Contains("attn", StringComparison.Ordinal) && n.EndsWith("weight", StringComparison.Ordinal))];
        card.Run();

        Array.ForEach(names, n => card.Weights.Modify(n, w => w[0] += 1));
        card.Run();
        Assert.Equal(2, card.Network.SessionsBuilt);

        // Taken back and applied again, the same weights need no new one.
        Array.ForEach(names, card.Weights.Restore);
        card.Run();
        Array.ForEach(names, n => card.Weights.Modify(n, w => w[0] += 2));
        card.Run();
        Assert.Equal(2, card.Network.SessionsBuilt);
    }

    [Fact]
    public void Modify_OnACpu_NeedsNoNewSession()
    {
        using TinyUNet cpu = new(Plans.Cpu);
        cpu.Weights.Modify(Weight, w => w[0] += 1);
        cpu.Run();

        Assert.Equal(1, cpu.Network.SessionsBuilt);
    }

    [Fact]
    public void Modify_OfAWeightThatIsNotThere_Throws()
    {
        using TinyUNet cpu = new(Plans.Cpu);

        Assert.False(cpu.Weights.Contains("no.such.weight"));
        Assert.Equal(CheckpointProblem.MissingWeight, Assert.Throws<CheckpointException>(() => cpu.Weights.Modify("no.such.weight", _ => { })).Problem);
        Assert.Empty(cpu.Weights.Modified);
    }

    private static ExecutionPlan Named(string plan) => plan switch
    {
        nameof(Plans.Cpu) => Plans.Cpu,
        nameof(Plans.LowMemory) => Plans.LowMemory,
        nameof(Plans.Card) => Plans.Card,
        _ => Plans.CardInHalfPrecision,
    };
}
