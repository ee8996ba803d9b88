using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Inference;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The text encoder against the reference implementation, with and without clip skip.</summary>
[Trait("Category", "Parity")]
public sealed class TextEncoderParityTests
{
    private const double Tolerance = 5e-5;

    public static TheoryData<string, string, string> Cases => GoldenModel.Cases("te");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void TextEncoder_OnGoldenPrompts_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, lowMemory: false);
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void TextEncoder_InLowMemoryMode_Agrees(string model, string layout, string number)
    {
        Assert.Equal("0", number);
        Compare(model, layout, lowMemory: true);
    }

    private static void Compare(string model, string layout, bool lowMemory)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout);
        GoldenTensors golden = GoldenModel.Golden(model);
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });

        // A mark on the layer before the last, which only the full network runs through to the end.
        int layers = checkpoint.TextEncoder.Names.Count(n => n.EndsWith(".layer_norm1.weight", StringComparison.Ordinal));
        string beforeLast = $"text_model.encoder.layers.{layers - 2}";
        using TextEncoder encoder = new(device, checkpoint.TextEncoder, checkpoint.TextEncoderSettings, [beforeLast]);

        long[] ids = golden.Integers("te/ids");
        float[] last = golden.Floats("te/last_hidden_state"), skipped = golden.Floats("te/hidden_minus2_normed"), pooled = golden.Floats("te/pooler_output");
        for (int row = 0; row < ids.Length / encoder.Tokens; row++)
        {
            int[] prompt = [.. ids.AsSpan(row * encoder.Tokens, encoder.Tokens).ToArray().Select(id => (int)id)];
            int size = encoder.Tokens * encoder.Dimension;
            float[] states = encoder.Encode(prompt, clipSkip: 1, CancellationToken.None);
            Close.Within(last.AsSpan(row * size, size), states, Tolerance, $"te/last_hidden_state[{row}]");
            Close.Within(
                skipped.AsSpan(row * size, size), encoder.Encode(prompt, clipSkip: 2, CancellationToken.None), Tolerance, $"te/hidden_minus2_normed[{row}]");

            // The pooled output is the state at the first end token, the highest id there is.
            int end = Array.IndexOf(prompt, prompt.Max());
            Close.Within(
                pooled.AsSpan(row * encoder.Dimension, encoder.Dimension), states.AsSpan(end * encoder.Dimension, encoder.Dimension), Tolerance,
                $"te/pooler_output[{row}]");

            if (golden.Contains("te/hidden_minus2_raw"))
            {
                float[] raw = encoder.Run(prompt, [], clipSkip: 1, CancellationToken.None)[GraphBuilder.TapOutput(beforeLast)];
                Close.Within(golden.Floats("te/hidden_minus2_raw").AsSpan(row * size, size), raw, Tolerance, $"te/hidden_minus2_raw[{row}]");
            }
        }
    }
}
