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
    [InlineData("mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q", "_lora.down.weight", "_lora.up.weight")]
    [InlineData("base_model.model.mid_block.attentions.0.transformer_blocks.0.attn1.to_q", ".lora_A.default.weight", ".lora_B.default.weight")]
    [InlineData("diffusion_model.middle_block.1.transformer_blocks.0.attn1.to_q", ".lora_A.weight", ".lora_B.weight")]
    [InlineData("lycoris_mid_block_attentions_0_transformer_blocks_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight")]
    public void AddTo_AnyNaming_AddsAlphaOverRankTimesTheProduct(string layer, string down, string up)
    {
        using LoraFile lora = Write(new(layer + ".alpha", ElementType.Float32), new(layer + down, ElementType.Float32, 2, 16), new(layer + up, ElementType.Float32, 16, 2));

        LoraDelta delta = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder).UNet[QueryWeight];
        float[] weight = new float[256];
        delta.AddTo(weight, 0.5f);

        // Every element of both factors is 2 and alpha is 2 as well: 0.5 * 2/2 * (2*2 + 2*2).
        Assert.All(weight, value => Assert.Equal(4, value));
        Assert.Equal("LoRA", delta.Form);
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
    [InlineData(".lora_up.weight", "one of its two factors is missing")]
    [InlineData(".hada_w1_a", "one of its four factors is missing")]
    [InlineData(".lokr_w1", "factors are incomplete")]
    [InlineData(".dora_scale", "lacks its factors")]
    [InlineData(".diff", "where the model has [16, 16]")]
    [InlineData(".oft_blocks", "of the kind OFT")]
    [InlineData(".diff_b", "of the kind differences of biases")]
    [InlineData(".something", "is of an unknown kind")]
    public void Match_WhatIsNotRead_SaysWhy(string part, string reason)
    {
        using LoraFile lora = Write(new PlannedTensor(Query + part, ElementType.Float16, 16, 2));

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b", 17, 2, 16)]
    [InlineData(".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b", 16, 3, 16)]
    [InlineData(".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b", 16, 2, 8)]
    [InlineData(".lokr_w1_a", ".lokr_w1_b", ".lokr_w2_a", ".lokr_w2_b", 4, 2, 5)]
    [InlineData(".lokr_w1_a", ".lokr_w1_b", ".lokr_w2_a", ".lokr_w2_b", 4, 3, 4)]
    public void Match_FactorsThatDoNotFit_AreRefused(string a1, string b1, string a2, string b2, long rows, long rank, long columns)
    {
        using LoraFile lora = Write(
            new(Query + a1, ElementType.Float16, rows, rank), new(Query + b1, ElementType.Float16, 2, columns),
            new(Query + a2, ElementType.Float16, 4, 2), new(Query + b2, ElementType.Float16, 2, 4));

        Assert.Throws<LoraMismatchException>(() => lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder));
    }

    [Theory]
    [InlineData(".dora_scale", 0.5f, 0.5f, 16, 1)]
    [InlineData(".lora_magnitude_vector", 0.5f, 0.5f, 16)]
    [InlineData(".dora_scale", 0.91766f, 0.45883f, 1, 16)]
    public void AddTo_DoRA_BringsRowsOrColumnsToTheirLength(string magnitude, float first, float other, params int[] shape)
    {
        using LoraFile lora = Write(
            new(Query + ".lora_down.weight", ElementType.Float32, 2, 16), new(Query + ".lora_up.weight", ElementType.Float32, 16, 2),
            new(Query + magnitude, ElementType.Float32, [.. shape.Select(side => (long)side)]));
        LoraDelta delta = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder).UNet[QueryWeight];

        // The change is 8 everywhere, and the first row already holds 8; every length is to be 2.
        float[] full = new float[256], half = new float[256];
        Array.Fill(full, 8, 0, 16);
        Array.Fill(half, 8, 0, 16);
        delta.AddTo(full, 1);
        delta.AddTo(half, 0.5f);

        Close.Within([first, other], [full[3], full[200]], 1e-4, "at full strength");
        Close.Within([(8 + first) / 2, other / 2], [half[3], half[200]], 1e-4, "at half strength");
    }

    [Fact]
    public void AddTo_ValuesThatAreNoNumbers_AreRefused()
    {
        using LoraFile lora = WriteFilled((_, block) => block.Fill(float.NaN), new(Query + ".lora_down.weight", ElementType.Float16, 2, 16), new(Query + ".lora_up.weight", ElementType.Float16, 16, 2));
        LoraDelta delta = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder).UNet[QueryWeight];

        LoraMismatchException e = Assert.Throws<LoraMismatchException>(() => delta.AddTo(new float[256], 1));

        Assert.Contains("values that are no numbers", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_StrengthZero_TouchesNothing()
    {
        using LoraFile lora = Write(new(Query + ".lora_down.weight", ElementType.Float16, 2, 16), new(Query + ".lora_up.weight", ElementType.Float16, 16, 2));
        MatchedLora matched = lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder);

        Assert.Empty(LoraMerge.Changes([(matched.UNet, 0)]));
        Assert.Single(LoraMerge.Changes([(matched.UNet, 0), (matched.UNet, 0.1f)]));
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

    private LoraFile Write(params PlannedTensor[] tensors) => WriteFilled((_, block) => block.Fill(2), tensors);

    private LoraFile WriteFilled(SafetensorsWriter.Fill fill, params PlannedTensor[] tensors)
    {
        string path = Path.Combine(_model.Path, "style.safetensors");
        SafetensorsWriter.Write(path, tensors, fill);
        return LoraFile.Open(path);
    }
}
