using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Loras;

public sealed class LoraFileTests : IDisposable
{
    private const string Query = "lora_unet_middle_block_1_transformer_blocks_0_attn1_to_q";
    private const string QueryWeight = "middle_block.1.transformer_blocks.0.attn1.to_q.weight";

    private readonly TinyCheckpoint _model = TinyCheckpoint.Folder(ElementType.Float32);
    private readonly Checkpoint _checkpoint;

    public LoraFileTests()
    {
        _checkpoint = Checkpoint.Open(_model.Path);
    }

    public static TheoryData<string> Shipped => new(Postcard.Loras);

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Match_ShippedLora_FitsTheShippedModel(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Postcard.Path);
        using LoraFile lora = LoraFile.Open(Postcard.LoraPath(name));

        MatchedLora matched = lora.Match(checkpoint.UNet, checkpoint.TextEncoder);

        // A layer may have learnt nothing; not all of them.
        int changed = 0;
        foreach ((string weight, LoraDelta delta) in matched.UNet)
        {
            float[] before = checkpoint.UNet.Read(weight);
            float[] after = [.. before];
            delta.AddTo(after, 1);
            changed += after.AsSpan().SequenceEqual(before) ? 0 : 1;
            delta.AddTo(after, -1);
            Close.Within(before, after, 1e-6, weight);
        }

        Assert.InRange(changed, 1, matched.UNet.Count);
    }

    [Theory]
    [InlineData("lora_unet_middle_block_1_transformer_blocks_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight")]
    [InlineData("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight")]
    [InlineData("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q", ".lora_A.weight", ".lora_B.weight")]
    [InlineData("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q", ".lora.down.weight", ".lora.up.weight")]
    public void AddTo_AnyNaming_AddsAlphaOverRankTimesTheProduct(string layer, string down, string up)
    {
        using LoraFile lora = Write(new(layer + ".alpha", ElementType.Float32), new(layer + down, ElementType.Float32, 2, 16), new(layer + up, ElementType.Float32, 16, 2));

        LoraDelta delta = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder).UNet[QueryWeight];
        float[] weight = new float[256];
        delta.AddTo(weight, 0.5f);

        // Every element of both factors is 2 and alpha is 2 as well: 0.5 * 2/2 * (2*2 + 2*2).
        Assert.All(weight, value => Assert.Equal(4, value));
        Assert.Equal(2, delta.Rank);
    }

    [Fact]
    public void Match_UnknownLayer_NamesLoraKeyAndOrigin()
    {
        string stranger = "lora_unet_input_blocks_8_1_transformer_blocks_9_attn2_to_k";
        using LoraFile lora = Write(
            new(Query + ".lora_down.weight", ElementType.Float16, 2, 16), new(Query + ".lora_up.weight", ElementType.Float16, 16, 2),
            new(stranger + ".lora_down.weight", ElementType.Float16, 2, 2048), new(stranger + ".lora_up.weight", ElementType.Float16, 640, 2));

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));

        Assert.Equal("style", e.Lora);
        Assert.Equal([stranger], e.Keys.AsEnumerable());
        Assert.Equal("Stable Diffusion XL", e.MadeFor);
        Assert.Contains("\"style\" does not fit this model", e.Message, StringComparison.Ordinal);
        Assert.Contains("Stable Diffusion XL", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 32, 16, 2, "where the model has [16, 16]")]
    [InlineData(2, 16, 32, 2, "where the model has [16, 16]")]
    [InlineData(2, 16, 16, 3, "where the model has [16, 16]")]
    public void Match_WrongShape_IsRefused(long rank, long inputs, long outputs, long upRank, string reason)
    {
        using LoraFile lora = Write(new(Query + ".lora_down.weight", ElementType.Float16, rank, inputs), new(Query + ".lora_up.weight", ElementType.Float16, outputs, upRank));

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".lora_up.weight", "lacks one of its two factors")]
    [InlineData(".hada_w1_a", "of the kind LoHa")]
    [InlineData(".lokr_w1", "of the kind LoKr")]
    [InlineData(".something", "is of an unknown kind")]
    public void Match_WhatIsNotRead_SaysWhy(string part, string reason)
    {
        using LoraFile lora = Write(new PlannedTensor(Query + part, ElementType.Float16, 16, 2));

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_SameWeightUnderTwoNames_IsRefused()
    {
        const string Diffusers = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
        using LoraFile lora = Write(
            new(Query + ".lora_down.weight", ElementType.Float16, 2, 16), new(Query + ".lora_up.weight", ElementType.Float16, 16, 2),
            new(Diffusers + ".lora_A.weight", ElementType.Float16, 2, 16), new(Diffusers + ".lora_B.weight", ElementType.Float16, 16, 2));

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));

        Assert.Contains("twice", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_TextEncoderLayer_IsFound()
    {
        const string Layer = "lora_te_text_model_encoder_layers_1_mlp_fc1";
        using LoraFile lora = Write(new(Layer + ".lora_down.weight", ElementType.BFloat16, 1, 16), new(Layer + ".lora_up.weight", ElementType.BFloat16, 64, 1));

        MatchedLora matched = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder);

        Assert.Empty(matched.UNet);
        float[] weight = new float[64 * 16];
        matched.TextEncoder["text_model.encoder.layers.1.mlp.fc1.weight"].AddTo(weight, 1);
        Assert.All(weight, value => Assert.Equal(4, value));
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _model.Dispose();
    }

    private LoraFile Write(params PlannedTensor[] tensors)
    {
        string path = Path.Combine(_model.Path, "style.safetensors");
        SafetensorsWriter.Write(path, tensors, (_, block) => block.Fill(2));
        return LoraFile.Open(path);
    }
}
