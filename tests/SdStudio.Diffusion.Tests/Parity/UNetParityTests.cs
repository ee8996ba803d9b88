using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The UNet against the reference implementation: its result and every intermediate that the golden data names.</summary>
[Trait("Category", "Parity")]
public sealed class UNetParityTests
{
    private const double ResultTolerance = 2e-4, IntermediateTolerance = 5e-4, TimestepTolerance = 1e-4;

    public static TheoryData<string, string, string> Cases => GoldenModel.Cases("unet");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void UNet_OnGoldenInput_AgreesAtEveryNamedPlace(string model, string layout, string number)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout, Component.UNet);
        Compare(GoldenModel.Golden(model), number, checkpoint.UNet, checkpoint.UNetSettings, new InferenceSettings { Provider = InferenceProvider.Cpu });
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void UNet_InLowMemoryMode_AgreesAtEveryNamedPlace(string model, string layout, string number)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout, Component.UNet);
        Compare(
            GoldenModel.Golden(model), number, checkpoint.UNet, checkpoint.UNetSettings,
            new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = true });
    }

    internal static void Compare(GoldenTensors golden, string number, IWeightSource weights, UNetSettings settings, InferenceSettings inference)
    {
        string at = $"unet/{number}/";
        Dictionary<string, string> places = golden.Names.Where(name => name.StartsWith(at + "inter/", StringComparison.Ordinal))
            .ToDictionary(name => name, name => PlaceOf(name[(at.Length + "inter/".Length)..], new WeightScope(weights)));

        InferenceDevice device = InferenceDevice.Open(inference);
        using UNet unet = new(device, weights, settings, places.Values);
        long batch = golden.Shape(at + "sample")[0];
        float[] timesteps = golden.Floats(at + "timestep");
        if (timesteps.Length == 1)
        {
            timesteps = [.. Enumerable.Repeat(timesteps[0], (int)batch)];
        }

        IReadOnlyDictionary<string, float[]> results = unet.Run(
            new NetworkInput(UNetGraph.Sample, golden.Floats(at + "sample"), golden.Shape(at + "sample")),
            new NetworkInput(UNetGraph.Timestep, timesteps, batch),
            new NetworkInput(UNetGraph.Context, golden.Floats(at + "context"), golden.Shape(at + "context")),
            Label(golden, at, batch, unet.LabelWidth),
            CancellationToken.None);

        // What goes wrong first is shown first: in the order of the network, then the result.
        foreach ((string name, string place) in places.OrderBy(p => p.Value.StartsWith("time", StringComparison.Ordinal) ? 0 : 1))
        {
            float[] expected = golden.Floats(name), actual = results[GraphBuilder.TapOutput(place)];
            double tolerance = name.Contains("/time_", StringComparison.Ordinal) ? TimestepTolerance : IntermediateTolerance;

            // Feature maps are kept for the first picture of a batch only.
            Close.Within(expected, golden.Shape(name).Length == 4 ? actual.AsSpan(0, expected.Length) : actual, tolerance, $"{name} at {place}");
        }

        Close.Within(golden.Floats(at + "out"), results[UNetGraph.Result], ResultTolerance, at + "out");
    }

    /// <summary>The reference takes text and numbers apart, the network one vector of both.</summary>
    private static float[]? Label(GoldenTensors golden, string at, long batch, int? width)
    {
        if (width is not { } wanted)
        {
            return null;
        }

        float[] texts = golden.Floats(at + "text_embeds"), numbers = golden.Floats(at + "time_ids");
        (int text, int count) = (texts.Length / (int)batch, numbers.Length / (int)batch);
        return [.. Enumerable.Range(0, (int)batch).SelectMany(i => SizeConditioning.Label(texts.AsSpan(i * text, text), numbers.AsSpan(i * count, count), wanted))];
    }

    /// <summary>The reference counts blocks by level, checkpoints count them through; a level ends with its change of size.</summary>
    private static string PlaceOf(string name, WeightScope weights)
    {
        int blocks = weights.CountOf(i => i == 0 ? "input_blocks.0.0" : weights.Contains($"input_blocks.{i}.0.op") ? $"input_blocks.{i}.0.op" : $"input_blocks.{i}.0.in_layers.0");
        int[] downEnds = [.. Enumerable.Range(1, blocks - 1).Where(i => i == blocks - 1 || weights.Contains($"input_blocks.{i}.0.op"))];
        int[] upEnds = [.. Enumerable.Range(0, blocks).Where(i => i == blocks - 1 || weights.Contains($"output_blocks.{i}.1.conv") || weights.Contains($"output_blocks.{i}.2.conv"))];
        return name switch
        {
            "time_proj" => "time_embed.sinusoids",
            "time_embedding" => "time_embed",
            "add_embedding" => "label_emb",
            "conv_in" => "input_blocks.0",
            "mid" => "middle_block",
            "down0_resnet0" => "input_blocks.1.0",
            "down0_attn0" => "input_blocks.1.1",
            "down0_attn0_block0" => "input_blocks.1.1.transformer_blocks.0",
            _ when name.StartsWith("down", StringComparison.Ordinal) => $"input_blocks.{downEnds[Level(name["down".Length..])]}",
            _ when name.StartsWith("up", StringComparison.Ordinal) => $"output_blocks.{upEnds[Level(name["up".Length..])]}",
            _ => throw new NotSupportedException($"Where {name} lies in a checkpoint is not known."),
        };
    }

    private static int Level(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
