using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class FamilyDetectorTests
{
    private const string UNet = "model.diffusion_model.";

    [Theory]
    [InlineData("sd1", 4, 768, false, false)]
    [InlineData("sd1-inpaint", 9, 768, false, false)]
    [InlineData("sd1-instruct", 8, 768, false, false)]
    [InlineData("sd2", 4, 1024, true, false)]
    [InlineData("sd2-inpaint", 9, 1024, true, false)]
    [InlineData("sd2-depth", 5, 1024, true, false)]
    [InlineData("sd2-unclip", 4, 1024, true, true)]
    [InlineData("sd-upscaler", 7, 1024, true, true)]
    [InlineData("sdxl", 4, 2048, true, true)]
    [InlineData("sdxl-inpaint", 9, 2048, true, true)]
    [InlineData("sdxl-instruct", 8, 2048, true, true)]
    [InlineData("sdxl-refiner", 4, 1280, true, true)]
    public void Detect_ShapesOfAFamily_FindItsRow(string family, long inputs, long context, bool isLinear, bool hasLabel)
    {
        Dictionary<string, long[]> weights = new()
        {
            [UNet + "input_blocks.0.0.weight"] = [8, inputs, 1, 1],
            [UNet + "middle_block.1.proj_in.weight"] = isLinear ? [8, 8] : [8, 8, 1, 1],
            [UNet + "middle_block.1.transformer_blocks.0.attn2.to_k.weight"] = [1, context],
        };
        if (hasLabel)
        {
            weights.Add(UNet + "label_emb.0.0.weight", [8, 8]);
        }

        ModelFamily? found = FamilyDetector.Detect(Header(weights));

        Assert.Equal(family, found?.Key);
        Assert.Equal(family is "sd1" or "sd2" or "sdxl", found is { IsSupported: true, PictureRefusal: null });
    }

    [Theory]
    [InlineData("lora", "lora_unet_input_blocks_1_1_proj_in.lora_down.weight")]
    [InlineData("lora", "lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight")]
    [InlineData("lora", "unet.down_blocks.0.attentions.0.proj_in.lora_A.weight")]
    [InlineData("embedding", "emb_params")]
    [InlineData("controlnet", "control_model.input_blocks.0.0.weight")]
    [InlineData("sd3", "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight")]
    [InlineData("flux", "double_blocks.0.img_attn.qkv.weight")]
    [InlineData("edm", "edm_mean")]
    [InlineData("guidance-embedding", "model.diffusion_model.time_embed.cond_proj.weight")]
    [InlineData("vae", "decoder.conv_in.weight")]
    [InlineData("vae", "first_stage_model.decoder.conv_in.weight")]
    [InlineData("component", "down_blocks.0.resnets.0.conv1.weight")]
    [InlineData("text-encoder", "text_model.final_layer_norm.weight")]
    [InlineData(null, "something.else.weight")]
    public void Detect_NamesOfAFile_FindItsRow(string? family, string name) =>
        Assert.Equal(family, FamilyDetector.Detect(Header(new() { [name] = [2, 2] }))?.Key);

    [Fact]
    public void All_EveryRow_EitherRunsOrSaysWhyNot() => Assert.All(ModelFamilies.All, family =>
    {
        Assert.Equal(family.IsSupported, family.Defaults is not null);
        Assert.True(family.IsSupported || family.Refusal!.EndsWith('.'));
    });

    [Fact]
    public void Refusal_OfAnotherKind_SaysWhatItIsAndWhatRuns() =>
        Assert.Equal(
            "This is a Stable Diffusion 3 checkpoint, which SdStudio does not run yet. It runs Stable Diffusion 1.x, 2.x and XL.",
            ModelFamilies.All.Single(family => family.Key == "sd3").Refusal);

    private static SafetensorsHeader Header(Dictionary<string, long[]> weights)
    {
        long offset = 0;
        Dictionary<string, object> header = [];
        foreach ((string name, long[] shape) in weights)
        {
            long end = offset + shape.Aggregate(1L, (product, dimension) => product * dimension);
            header.Add(name, new { dtype = "F8_E4M3", shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        return SafetensorsHeader.Parse(JsonSerializer.SerializeToUtf8Bytes(header), offset, "model");
    }
}
