using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The text encoder against the reference implementation, with and without clip skip.</summary>
[Trait("Category", "Parity")]
public sealed class TextEncoderParityTests
{
    private const double Tolerance = 5e-5;

    public static TheoryData<string, string, string> Cases => GoldenModel.Cases("te");

    public static TheoryData<string, string, string> SecondCases => GoldenModel.Cases("te2");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void TextEncoder_OnGoldenPrompts_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, "te", Component.TextEncoder, lowMemory: false);
    }

    [SkippableTheory]
    [MemberData(nameof(SecondCases))]
    public void SecondTextEncoder_OnGoldenPrompts_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, "te2", Component.SecondTextEncoder, lowMemory: false);
    }

    [SkippableTheory]
    [MemberData(nameof(SecondCases))]
    public void SecondTextEncoder_InLowMemoryMode_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, "te2", Component.SecondTextEncoder, lowMemory: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void TextEncoder_InLowMemoryMode_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, "te", Component.TextEncoder, lowMemory: true);
    }

    private static void Compare(string model, string layout, string part, Component component, bool lowMemory)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout, component);
        GoldenTensors golden = GoldenModel.Golden(model);
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        int position = component == Component.TextEncoder ? 0 : 1;
        IWeightSource weights = checkpoint.TextEncoders[position];
        TextEncoderSettings settings = checkpoint.TextEncoderSettings[position];

        // The reference gives states with and without the last normalisation, whichever of them the family uses.
        using TextEncoder normal = new(device, weights, settings with { NormalizesStates = true }), raw = new(device, weights, settings with { NormalizesStates = false });
        long[] ids = golden.Integers($"{part}/ids");
        for (int row = 0; row < ids.Length / normal.Tokens; row++)
        {
            int[] prompt = [.. ids.AsSpan(row * normal.Tokens, normal.Tokens).ToArray().Select(id => (int)id)];
            (float[] states, float[]? pooled) = normal.EncodeWhole(Chunk(prompt), clipSkip: 1, CancellationToken.None);
            Within(golden, $"{part}/last_hidden_state", row, states);
            Assert.Equal(states, normal.Encode(prompt, clipSkip: 1, CancellationToken.None));
            WithinWhereGiven(golden, $"{part}/hidden_minus2_normed", row, () => normal.Encode(prompt, clipSkip: 2, CancellationToken.None));
            WithinWhereGiven(golden, $"{part}/hidden_minus2_raw", row, () => raw.Encode(prompt, clipSkip: 2, CancellationToken.None));
            WithinWhereGiven(golden, $"{part}/pooled_projected", row, () => raw.EncodeWhole(Chunk(prompt), clipSkip: 2, CancellationToken.None).Pooled!);
            Assert.Equal(settings.Pools, pooled is not null);

            // The pooled output is the state at the first end token, the highest id there is.
            int end = Array.IndexOf(prompt, prompt.Max());
            WithinWhereGiven(golden, $"{part}/pooler_output", row, () => states.AsSpan(end * normal.Dimension, normal.Dimension).ToArray());
        }
    }

    private static PromptChunk Chunk(int[] ids) => new(ids, new float[ids.Length]);

    private static void WithinWhereGiven(GoldenTensors golden, string name, int row, Func<float[]> actual)
    {
        if (golden.Contains(name))
        {
            Within(golden, name, row, actual());
        }
    }

    private static void Within(GoldenTensors golden, string name, int row, float[] actual) =>
        Close.Within(golden.Floats(name).AsSpan(row * actual.Length, actual.Length), actual, Tolerance, $"{name}[{row}]");
}
