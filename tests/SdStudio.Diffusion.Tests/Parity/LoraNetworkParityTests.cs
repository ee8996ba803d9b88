using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Diffusion.Tests.Loras;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>What networks with merged LoRAs answer, against the reference; and that without them they answer as before, to the bit.</summary>
[Trait("Category", "Parity")]
public sealed class LoraNetworkParityTests
{
    /// <summary>Stated by the golden data's README.</summary>
    private const double ContextTolerance = 5e-5, ResultTolerance = 2e-4;

    private const string Model = "sd15-tiny";

    public static TheoryData<string, string, string> Combinations
    {
        get
        {
            TheoryData<string, string, string> rows = [];
            foreach (object[] row in ((IEnumerable<object[]>)GoldenCombination.Rows("unet_out_full")).Where(row => (string)row[0] is Model or "none"))
            {
                rows.Add((string)row[0], (string)row[1], (string)row[2]);
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Combinations))]
    public void Networks_WithMergedLoras_AnswerAsTheReference(string model, string combination, string naming)
    {
        GoldenTensors golden = GoldenFolder.Tensors(GoldenCombination.TensorsOf(model));
        using Checkpoint checkpoint = GoldenModel.Open(model, "folder", Component.UNet);
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using TextEncoder text = new(device, checkpoint);
        using UNet unet = new(device, checkpoint);
        int[] ids = [.. golden.Integers("ids").Select(id => (int)id)];
        Conditioning baseContext = new(golden.Floats("context_base"), text.Tokens, text.Dimension);
        float[] textBefore = text.Encode(ids, 1, CancellationToken.None);
        float[] unetBefore = Predict(golden, unet, baseContext);
        Close.Within(golden.Floats("context_base"), textBefore, ContextTolerance, "context_base");
        Close.Within(golden.Floats("unet_out_base"), unetBefore, ResultTolerance, "unet_out_base");

        List<(LoraFile File, float Weight)> loras =
            [.. GoldenCombination.Files(model, combination, naming).Select(lora => (LoraFile.Open(GoldenFolder.Require(lora.File)), lora.Weight))];
        List<(MatchedLora Lora, float Weight)> matched = [.. loras.Select(lora => (lora.File.Match(checkpoint.UNet, checkpoint.TextEncoder), lora.Weight))];
        Merge(unet.Weights, matched.Select(lora => (lora.Lora.UNet, lora.Weight)));
        Merge(text.Weights, matched.Select(lora => (lora.Lora.TextEncoder, lora.Weight)));

        float[] context = text.Encode(ids, 1, CancellationToken.None);
        Close.Within(golden.Floats($"{combination}/context"), context, ContextTolerance, "context");
        Close.Within(golden.Floats($"{combination}/unet_out_base_context"), Predict(golden, unet, baseContext), ResultTolerance, "unet_out_base_context");
        Close.Within(golden.Floats($"{combination}/unet_out_full"), Predict(golden, unet, baseContext with { Values = context }), ResultTolerance, "unet_out_full");

        Restore(unet.Weights);
        Restore(text.Weights);
        Assert.Equal(textBefore, text.Encode(ids, 1, CancellationToken.None));
        Assert.Equal(unetBefore, Predict(golden, unet, baseContext));
        loras.ForEach(lora => lora.File.Dispose());
    }

    private static float[] Predict(GoldenTensors golden, UNet unet, Conditioning context)
    {
        long[] shape = golden.Shape("sample");
        Latent sample = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats("sample"));
        return unet.Predict(sample, golden.Floats("timestep")[0], context, CancellationToken.None).Values.ToArray();
    }

    private static void Merge(WeightBuffers weights, IEnumerable<(IReadOnlyDictionary<string, LoraDelta>, float)> loras)
    {
        foreach ((string name, LoraChange change) in LoraMerge.Changes(loras))
        {
            weights.Modify(name, change.AddTo);
        }
    }

    private static void Restore(WeightBuffers weights)
    {
        foreach (string name in weights.Modified.ToList())
        {
            weights.Restore(name);
        }
    }
}
