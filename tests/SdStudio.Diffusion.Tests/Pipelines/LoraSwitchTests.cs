using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

public sealed class LoraSwitchTests
{
    private const int Switches = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Select_NoneAfterManyOthers_LeavesEveryWeightAsInTheFile(bool lowMemory)
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        using LoadedModel model = LoadedModel.Load(Postcard.Path, new CheckpointParts(), device);
        using LoraSwitch loras = new(model, Postcard.LoraPath);
        WeightBuffers[] networks = [model.UNet.Weights, .. model.TextEncoders.Select(encoder => encoder.Weights)];
        System.Random random = new(1);
        HashSet<string> touched = [];
        for (int i = 0; i < Switches; i++)
        {
            loras.Select(Some(random), CancellationToken.None);
            touched.UnionWith(networks.SelectMany(weights => weights.Modified));
        }

        loras.Select([], CancellationToken.None);

        Assert.NotEmpty(touched);
        Assert.All(networks, weights => Assert.Empty(weights.Modified));
        Assert.All(networks, AssertPristine);
    }

    [Fact]
    public void Select_OneOfSeveralChanged_WritesOnlyTheWeightsOfThatOne()
    {
        using TinyCheckpoint checkpoint = TinyCheckpoint.Folder();
        using LoadedModel model = LoadedModel.Load(checkpoint.Path, new CheckpointParts(), InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));
        using LoraSwitch loras = new(model, name => WriteLora(checkpoint, name, name == "left" ? ["attn1_to_q", "attn1_to_k"] : ["attn1_to_k", "attn2_to_q"]));
        LoraSelection left = new("left", 1), right = new("right", 0.5f);

        Assert.Equal((3, 1), Writes([left, right]));
        Assert.Equal((2, 0), Writes([left, right with { Weight = 0.25f, TextEncoderWeight = 0.5f }]));
        Assert.Equal((0, 1), Writes([left, right with { Weight = 0.25f }]));
        Assert.Equal((0, 0), Writes([left, right with { Weight = 0.25f, TextEncoderWeight = 0.25f }]));
        Assert.Equal((2, 1), Writes([left]));
        Assert.Equal((2, 0), Writes([]));
        Assert.Equal((2, 1), Writes([right]));

        // The order in which they are added is part of the sum, where both add.
        Assert.Equal((2, 0), Writes([left, right]));
        Assert.Equal((1, 0), Writes([right, left]));
        Assert.Equal((0, 0), Writes([right, left]));

        (int UNet, int Text) Writes(ImmutableArray<LoraSelection> wanted)
        {
            (int unet, int text) = (model.UNet.Weights.Writes, model.TextEncoder.Weights.Writes);
            loras.Select(wanted, CancellationToken.None);
            return (model.UNet.Weights.Writes - unet, model.TextEncoder.Weights.Writes - text);
        }
    }

    [Fact]
    public void Become_AfterACancelledOne_WritesWhatWasNotWritten()
    {
        using TinyCheckpoint checkpoint = TinyCheckpoint.Folder();
        using LoadedModel model = LoadedModel.Load(checkpoint.Path, new CheckpointParts(), InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));
        WeightBuffers weights = model.UNet.Weights;
        using LoraFile lora = LoraFile.Open(WriteLora(checkpoint, "left", ["attn1_to_q", "attn1_to_k"]));
        IReadOnlyDictionary<string, LoraDelta> deltas = lora.Match(model.Checkpoint.UNet, model.Checkpoint.TextEncoder).UNet;
        MergedLoras merged = new(weights);
        merged.Become([(deltas, 1)], CancellationToken.None);
        byte[] whole = Bytes(weights);

        Assert.Throws<OperationCanceledException>(() => merged.Become([(deltas, 0.5f)], new CancellationToken(canceled: true)));
        int before = weights.Writes;
        merged.Become([(deltas, 1)], CancellationToken.None);

        Assert.Equal(2, weights.Writes - before);
        Assert.Equal(whole, Bytes(weights));
    }

    /// <summary>Changes layers of the UNet's middle, and those of the right-hand LoRA one of the text encoder too.</summary>
    private static string WriteLora(TinyCheckpoint checkpoint, string name, string[] layers)
    {
        const int Width = 16, Rank = 2;
        string path = Path.Combine(Path.GetDirectoryName(checkpoint.Path)!, name + ".safetensors");
        string[] names =
        [
            .. layers.Select(layer => $"lora_unet_mid_block_attentions_0_transformer_blocks_0_{layer}"),
            .. name == "right" ? ["lora_te_text_model_encoder_layers_0_self_attn_q_proj"] : (string[])[],
        ];
        SafetensorsWriter.Write(
            path,
            [.. names.SelectMany(layer => new[] { new PlannedTensor(layer + ".lora_down.weight", ElementType.Float32, Rank, Width), new PlannedTensor(layer + ".lora_up.weight", ElementType.Float32, Width, Rank) })],
            new RandomWeights(name.Length).Fill);
        return path;
    }

    private static byte[] Bytes(WeightBuffers weights) => [.. weights.Modified.SelectMany(name => weights[name].Value.GetTensorMutableRawData().ToArray())];

    /// <summary>One to three LoRAs, each of any strength.</summary>
    private static ImmutableArray<LoraSelection> Some(System.Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new LoraSelection(Postcard.Loras[random.Next(Postcard.Loras.Count)], random.NextSingle() * 4 - 2) { TextEncoderWeight = random.NextSingle() })];

    private static void AssertPristine(WeightBuffers weights)
    {
        foreach (string name in weights.Source.Names)
        {
            WeightBuffer buffer = weights[name];
            byte[] file = new byte[weights.Source.ShapeOf(name).ElementCount * buffer.Form.Type.ByteSize()];
            weights.Source.CopyTo(name, file, buffer.Form.Type);
            Assert.True(buffer.Value.GetTensorMutableRawData().SequenceEqual(file), $"{name} is not what the file holds.");
        }
    }
}
