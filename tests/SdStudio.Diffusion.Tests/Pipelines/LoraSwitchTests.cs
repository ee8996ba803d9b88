using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

public sealed class LoraSwitchTests
{
    private const int Switches = 12;

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
