using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Tests;

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
        Assert.Equal(family is "sd1" or "sd2" or "sdxl" or "sd1-inpaint" or "sd2-inpaint" or "sdxl-inpaint", found is { IsSupported: true, PictureRefusal: null });
        Assert.Equal(inputs == 9, found is { IsInpainting: true, Remark: not null });
    }

    [Theory]
    [InlineData("lora", "lora_unet_input_blocks_1_1_proj_in.lora_down.weight")]
    [InlineData("lora", "lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight")]
    [InlineData("lora", "unet.down_blocks.0.attentions.0.proj_in.lora_A.weight")]
    [InlineData("embedding", "emb_params")]
    [InlineData("controlnet", "control_model.input_blocks.0.0.weight")]
    [InlineData("sd3", "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight")]
    [InlineData("sd3", "transformer_blocks.0.attn.add_q_proj.weight")]
    [InlineData("flux", "double_blocks.0.img_attn.qkv.weight")]
    [InlineData("flux", "model.diffusion_model.double_blocks.0.img_attn.qkv.weight")]
    [InlineData("flux", "single_transformer_blocks.0.attn.to_q.weight")]
    [InlineData("lora", "transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight")]
    [InlineData("lora", "diffusion_model.double_blocks.0.img_attn.qkv.lora_down.weight")]
    [InlineData("chroma", "distilled_guidance_layer.in_proj.weight")]
    [InlineData("svd", "model.diffusion_model.input_blocks.1.0.time_stack.in_layers.0.weight")]
    [InlineData("svd", "down_blocks.0.resnets.0.temporal_res_block.norm1.weight")]
    [InlineData("animatediff", "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight")]
    [InlineData("text-to-video", "down_blocks.0.temp_attentions.0.norm.weight")]
    [InlineData("hunyuan-video", "model.diffusion_model.txt_in.individual_token_refiner.blocks.0.norm1.weight")]
    [InlineData("hunyuan-video", "context_embedder.token_refiner.refiner_blocks.0.norm1.weight")]
    [InlineData("ltx-video", "model.diffusion_model.patchify_proj.weight")]
    [InlineData("wan", "model.diffusion_model.head.modulation")]
    [InlineData("wan", "condition_embedder.text_embedder.linear_1.weight")]
    [InlineData("mochi", "t5_yproj.weight")]
    [InlineData("cogvideox", "patch_embed.text_proj.weight")]
    [InlineData("aura-flow", "joint_transformer_blocks.0.attn.to_q.weight")]
    [InlineData("aura-flow", "model.double_layers.0.attn.w1q.weight")]
    [InlineData("qwen-image", "transformer_blocks.0.img_mod.1.weight")]
    [InlineData("hunyuan-dit", "mlp_t5.0.weight")]
    [InlineData("lumina", "cap_embedder.1.weight")]
    [InlineData("stable-cascade", "clip_txt_pooled_mapper.weight")]
    [InlineData("stable-cascade", "effnet_mapper.0.weight")]
    [InlineData("pixart", "adaln_single.linear.weight")]
    [InlineData("pixart", "model.diffusion_model.y_embedder.y_proj.fc1.weight")]
    [InlineData("edm", "edm_mean")]
    [InlineData("guidance-embedding", "model.diffusion_model.time_embed.cond_proj.weight")]
    [InlineData("vae", "decoder.conv_in.weight")]
    [InlineData("vae", "first_stage_model.decoder.conv_in.weight")]
    [InlineData("component", "down_blocks.0.resnets.0.conv1.weight")]
    [InlineData("text-encoder", "text_model.final_layer_norm.weight")]
    [InlineData(null, "something.else.weight")]
    public void Detect_NamesOfAFile_FindItsRow(string? family, string name) =>
        Assert.Equal(family, FamilyDetector.Detect(Header(new() { [name] = [2, 2] }))?.Key);

    /// <summary>Eight channels and a label, as the models that edit pictures have.</summary>
    [Fact]
    public void Detect_StableVideoDiffusion_IsNamedByItsLayersOverTime()
    {
        Dictionary<string, long[]> weights = new()
        {
            [UNet + "input_blocks.0.0.weight"] = [8, 8, 1, 1],
            [UNet + "input_blocks.1.0.time_stack.in_layers.0.weight"] = [8],
            [UNet + "middle_block.1.proj_in.weight"] = [8, 8],
            [UNet + "middle_block.1.transformer_blocks.0.attn2.to_k.weight"] = [1, 1024],
            [UNet + "label_emb.0.0.weight"] = [8, 8],
        };

        Assert.Equal("svd", FamilyDetector.Detect(Header(weights))?.Key);
    }

    [Theory]
    [InlineData("StableVideoDiffusionPipeline", "a Stable Video Diffusion checkpoint")]
    [InlineData("FluxPipeline", "a Flux checkpoint")]
    [InlineData("StableDiffusion3Pipeline", "a Stable Diffusion 3 checkpoint")]
    [InlineData("WanImageToVideoPipeline", "a Wan video checkpoint")]
    [InlineData("PixArtSigmaPipeline", "a PixArt checkpoint")]
    public void Open_FolderOfAnotherPipeline_IsNamedPlainly(string pipeline, string name)
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        File.WriteAllText(Path.Combine(model.Path, "model_index.json"), $$"""{"_class_name":"{{pipeline}}"}""");

        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(model.Path));

        Assert.Equal($"This is {name}, which SdStudio does not run yet. It runs Stable Diffusion 1.x, 2.x and XL.", e.Message);
        Assert.NotNull(e.Family);
    }

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
            ModelFamilies.All.First(family => family.Key == "sd3").Refusal);

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
