using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Pipelines;
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

    public static TheoryData<string, string, string> Combinations => GoldenCombination.Rows("unet_out_full");

    [SkippableTheory]
    [MemberData(nameof(Combinations))]
    public void Networks_WithMergedLoras_AnswerAsTheReference(string model, string combination, string naming)
    {
        GoldenTensors golden = GoldenFolder.Tensors(GoldenCombination.TensorsOf(model));
        using Checkpoint checkpoint = GoldenModel.Open(model, "folder", Component.UNet);
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        List<TextEncoder> texts = [.. checkpoint.TextEncoderSettings.Select((_, i) => new TextEncoder(device, checkpoint, i))];
        using UNet unet = new(device, checkpoint);
        Conditioning unmerged = Read(golden, checkpoint, texts, unet);
        Latent unetBefore = Predict(golden, unet, unmerged);
        CompareConditioning(golden, "context_base", "text_embeds_base", unmerged);
        Close.Within(golden.Floats("unet_out_base"), unetBefore.Values, ResultTolerance, "unet_out_base");

        List<(LoraFile File, float Weight)> loras =
            [.. GoldenCombination.Files(model, combination, naming).Select(lora => (LoraFile.Open(GoldenFolder.Require(lora.File)), lora.Weight))];
        List<(MatchedLora Lora, float Weight)> matched = [.. loras.Select(lora => (lora.File.Match(checkpoint.UNet, [.. checkpoint.TextEncoders]), lora.Weight))];
        Merge(unet.Weights, matched.Select(lora => (lora.Lora.UNet, lora.Weight)));
        for (int i = 0; i < texts.Count; i++)
        {
            Merge(texts[i].Weights, matched.Select(lora => (lora.Lora.TextEncoders[i], lora.Weight)));
        }

        Conditioning merged = Read(golden, checkpoint, texts, unet);
        CompareConditioning(golden, $"{combination}/context", $"{combination}/text_embeds", merged);
        Close.Within(golden.Floats($"{combination}/unet_out_base_context"), Predict(golden, unet, unmerged).Values, ResultTolerance, "unet_out_base_context");
        Close.Within(golden.Floats($"{combination}/unet_out_full"), Predict(golden, unet, merged).Values, ResultTolerance, "unet_out_full");

        Restore(unet.Weights);
        texts.ForEach(text => Restore(text.Weights));
        Assert.Equal(unmerged.Values, Read(golden, checkpoint, texts, unet).Values);
        Assert.Equal(unetBefore.Values.ToArray(), Predict(golden, unet, unmerged).Values.ToArray());
        loras.ForEach(lora => lora.File.Dispose());
        texts.ForEach(text => text.Dispose());
    }

    /// <summary>The prompt through every text encoder, each from the layer it was trained with.</summary>
    private static Conditioning Read(GoldenTensors golden, Checkpoint checkpoint, List<TextEncoder> texts, UNet unet)
    {
        Conditioning all = texts.Select((text, i) =>
        {
            int[] ids = [.. golden.Integers(i == 0 ? "ids" : "ids2").Select(id => (int)id)];
            (float[] states, float[]? pooled) = text.EncodeWhole(new PromptChunk(ids, [.. ids.Select(_ => 1f)]), checkpoint.TextEncoderSettings[i].TrainedSkip, CancellationToken.None);
            return new Conditioning(states, text.Tokens, text.Dimension) { Pooled = pooled };
        }).Aggregate((first, second) => first.Beside(second));
        return unet.LabelWidth is { } width ? all with { Label = SizeConditioning.Label(all.Pooled, golden.Floats("time_ids"), width) } : all;
    }

    private static void CompareConditioning(GoldenTensors golden, string context, string pooled, Conditioning actual)
    {
        Close.Within(golden.Floats(context), actual.Values, ContextTolerance, context);
        if (golden.Contains(pooled))
        {
            Close.Within(golden.Floats(pooled), actual.Pooled!, ContextTolerance, pooled);
        }
    }

    private static Latent Predict(GoldenTensors golden, UNet unet, Conditioning context)
    {
        long[] shape = golden.Shape("sample");
        Latent sample = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats("sample"));
        return unet.Predict(sample, golden.Floats("timestep")[0], context, CancellationToken.None);
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
