using System.Collections.Immutable;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Every kind of model that is recognised. The first matching row wins, so the narrower signs stand first.</summary>
public static class ModelFamilies
{
    /// <summary>What this program makes pictures with, for messages.</summary>
    public const string Runs = "Stable Diffusion 1.x, 2.x and XL";

    private const string InpaintingRemark =
        "This is an inpainting model. From words alone it paints a whole picture; repainting a part of one is to come.";

    private const string InstructRefusal =
        "This is an InstructPix2Pix checkpoint: it changes a picture as a sentence tells it to, and makes none from words alone. SdStudio does not give it pictures yet; choose an ordinary model.";

    private static readonly LatentPreview s_preview = new(
        [
            0.3512f, 0.2297f, 0.3227f,
            0.3250f, 0.4974f, 0.2350f,
            -0.2829f, 0.1762f, 0.2721f,
            -0.2120f, -0.2616f, -0.7177f,
        ],
        [0, 0, 0]);

    private static readonly LatentPreview s_previewXl = new(
        [
            0.3651f, 0.4232f, 0.4341f,
            -0.2533f, -0.0042f, 0.1068f,
            0.1076f, 0.1111f, -0.0362f,
            -0.3165f, -0.2492f, -0.2188f,
        ],
        [0.1084f, -0.0175f, -0.0011f]);

    private static readonly TextEncoderSettings s_clip = new(1, TextActivation.QuickGelu, FamilyDefaults.LayerNormEpsilon);
    private static readonly TextEncoderSettings s_openClip = new(1, TextActivation.Gelu, FamilyDefaults.LayerNormEpsilon) { PadsWithZero = true };
    private static readonly DiffusionSettings s_noise = new(1000, 0.00085f, 0.012f, PredictionType.Epsilon);

    /// <summary>Stable Diffusion 1.1 to 1.5 and all that was trained from them.</summary>
    public static ModelFamily StableDiffusion1 { get; } = new("sd1", "Stable Diffusion 1.x")
    {
        InputChannels = 4,
        HasLinearProjection = false,
        HasLabelEmbedding = false,
        Defaults = new FamilyDefaults(
            UNetHeads: AttentionHeads.OfNumber(8),
            NormGroups: 32,
            [new TextEncoderDefaults("cond_stage_model.", "text_encoder", "tokenizer", 768, 64, s_clip)],
            VaeScalingFactor: 0.18215f,
            NativeSize: 512,
            s_noise,
            s_preview),
    };

    /// <summary>Stable Diffusion 2.0 and 2.1: a text encoder of OpenCLIP without its last layer, and often velocity instead of noise.</summary>
    public static ModelFamily StableDiffusion2 { get; } = new("sd2", "Stable Diffusion 2.x")
    {
        InputChannels = 4,
        HasLinearProjection = true,
        HasLabelEmbedding = false,
        Defaults = new FamilyDefaults(
            UNetHeads: AttentionHeads.OfWidth(64),
            NormGroups: 32,
            [new TextEncoderDefaults("cond_stage_model.", "text_encoder", "tokenizer", 1024, 64, s_openClip with { AbsentLayers = 1 }) { UsedLayers = 23 }],
            VaeScalingFactor: 0.18215f,
            NativeSize: 768,
            s_noise with { Prediction = PredictionType.Velocity },
            s_preview)
        {
            NoiseNativeSize = 512,
            VelocitySign = new VelocitySign("output_blocks.11.1.transformer_blocks.0.norm1.bias", 0.09f),
        },
    };

    /// <summary>Stable Diffusion XL (Podell et al. 2023, arXiv:2307.01952): two text encoders, and a UNet that is told sizes as well.</summary>
    public static ModelFamily StableDiffusionXl { get; } = new("sdxl", "Stable Diffusion XL")
    {
        InputChannels = 4,
        HasLabelEmbedding = true,
        Defaults = new FamilyDefaults(
            UNetHeads: AttentionHeads.OfWidth(64),
            NormGroups: 32,
            [
                new TextEncoderDefaults("conditioner.embedders.0.", "text_encoder", "tokenizer", 768, 64, s_clip with { NormalizesStates = false, TrainedSkip = 2 }),
                new TextEncoderDefaults("conditioner.embedders.1.", "text_encoder_2", "tokenizer_2", 1280, 64, s_openClip with { NormalizesStates = false, TrainedSkip = 2, Pools = true }),
            ],
            VaeScalingFactor: 0.13025f,
            NativeSize: 1024,
            s_noise,
            s_previewXl)
        {
            Latents = LatentSpace.StableDiffusionXl,
            VelocityEndsInPureNoise = true,
            ZeroesEmptyNegative = true,
        },
    };

    /// <summary>The second stage of Stable Diffusion XL: one text encoder, and a UNet for the last steps that is told how beautiful the picture is to be.</summary>
    public static ModelFamily StableDiffusionXlRefiner { get; } = new("sdxl-refiner", "Stable Diffusion XL refiner")
    {
        InputChannels = 4,
        ContextWidth = 1280,
        HasLabelEmbedding = true,
        PictureRefusal = "This is the refiner of Stable Diffusion XL: it finishes pictures that another model begins. Choose an ordinary model, and this one as its refiner.",
        Defaults = StableDiffusionXl.Defaults! with
        {
            TextEncoders = [new TextEncoderDefaults("conditioner.embedders.0.", "text_encoder_2", "tokenizer_2", 1280, 64, s_openClip with { NormalizesStates = false, TrainedSkip = 2, Pools = true })],
            AestheticScores = (6, 2.5f),
            ZeroesEmptyNegative = false,
        },
    };

    public static ImmutableArray<ModelFamily> All { get; } =
    [
        // Files that are no checkpoint at all.
        Part("lora", "LoRA", "lora_unet_", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("lora", "LoRA", "lora_te", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("lora", "LoRA", "unet.down_blocks.", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("lora", "LoRA", "", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt.") with { NamePart = ".lora_A." },
        Part("lora", "LoRA", "", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt.") with { NamePart = ".lora_down." },
        Part("embedding", "Embedding", "emb_params", "This is a textual inversion embedding, not a model."),
        NotYet("controlnet", "ControlNet", "a ControlNet") with { NamePrefix = "control_model." },
        NotYet("controlnet", "ControlNet", "a ControlNet") with { NamePrefix = "input_hint_block." },
        NotYet("controlnet", "ControlNet", "a ControlNet") with { NamePrefix = "controlnet_cond_embedding." },

        // Video: UNets with layers over time, which would pass for others by their shapes, then transformers.
        NotYet("svd", "Stable Video Diffusion", "a Stable Video Diffusion checkpoint") with { NamePart = ".time_stack.", Pipeline = "StableVideoDiffusion" },
        NotYet("svd", "Stable Video Diffusion", "a Stable Video Diffusion checkpoint") with { NamePart = ".temporal_res_block." },
        NotYet("animatediff", "AnimateDiff", "a motion module of AnimateDiff, which makes pictures move") with { NamePart = "motion_modules.", Pipeline = "AnimateDiff" },
        NotYet("text-to-video", "ModelScope text to video", "a text-to-video checkpoint of the kind of ModelScope") with { NamePart = ".temp_attentions.", Pipeline = "TextToVideo" },
        NotYet("hunyuan-video", "HunyuanVideo", "a HunyuanVideo checkpoint") with { NamePart = "txt_in.individual_token_refiner.", Pipeline = "HunyuanVideo" },
        NotYet("hunyuan-video", "HunyuanVideo", "a HunyuanVideo checkpoint") with { NamePart = "context_embedder.token_refiner." },
        NotYet("ltx-video", "LTX-Video", "an LTX-Video checkpoint") with { NamePart = "patchify_proj.", Pipeline = "LTX" },
        NotYet("wan", "Wan", "a Wan video checkpoint") with { NamePart = "head.modulation", Pipeline = "Wan" },
        NotYet("wan", "Wan", "a Wan video checkpoint") with { NamePart = "condition_embedder.text_embedder." },
        NotYet("mochi", "Mochi", "a Mochi video checkpoint") with { NamePart = "t5_yproj.", Pipeline = "Mochi" },
        NotYet("cogvideox", "CogVideoX", "a CogVideoX checkpoint") with { NamePart = "patch_embed.text_proj.", Pipeline = "CogVideoX" },

        // Diffusion transformers and cascades: no UNet inside, or one of another build.
        NotYet("aura-flow", "AuraFlow", "an AuraFlow checkpoint") with { NamePart = "joint_transformer_blocks.", Pipeline = "AuraFlow" },
        NotYet("aura-flow", "AuraFlow", "an AuraFlow checkpoint") with { NamePart = "double_layers.0.attn.w1q." },
        NotYet("chroma", "Chroma", "a Chroma checkpoint") with { NamePart = "distilled_guidance_layer.", Pipeline = "Chroma" },
        NotYet("qwen-image", "Qwen-Image", "a Qwen-Image checkpoint") with { NamePart = "transformer_blocks.0.img_mod.", Pipeline = "QwenImage" },
        NotYet("hunyuan-dit", "Hunyuan-DiT", "a Hunyuan-DiT checkpoint") with { NamePart = "mlp_t5.0.", Pipeline = "HunyuanDiT" },
        NotYet("lumina", "Lumina", "a Lumina checkpoint") with { NamePart = "cap_embedder.1.", Pipeline = "Lumina" },
        NotYet("stable-cascade", "Stable Cascade", "a Stable Cascade checkpoint") with { NamePart = "clip_txt_pooled_mapper.", Pipeline = "StableCascade" },
        NotYet("stable-cascade", "Stable Cascade", "a Stable Cascade checkpoint") with { NamePart = "effnet_mapper." },
        NotYet("flux", "Flux", "a Flux checkpoint") with { NamePart = "double_blocks.0.img_attn.", Pipeline = "Flux" },
        NotYet("flux", "Flux", "a Flux checkpoint") with { NamePart = "single_transformer_blocks." },
        NotYet("sd3", "Stable Diffusion 3", "a Stable Diffusion 3 checkpoint") with { NamePart = "joint_blocks.0.", Pipeline = "StableDiffusion3" },
        NotYet("sd3", "Stable Diffusion 3", "a Stable Diffusion 3 checkpoint") with { NamePart = "transformer_blocks.0.attn.add_q_proj." },
        NotYet("pixart", "PixArt", "a PixArt checkpoint") with { NamePart = "adaln_single.", Pipeline = "PixArt" },
        NotYet("pixart", "PixArt", "a PixArt checkpoint") with { NamePart = "y_embedder.y_proj.", Pipeline = "PixArt" },

        // Networks of known shape, but trained to be asked in another way.
        NotYet("edm", "Playground 2.5", "a checkpoint of the kind of Playground 2.5, with a noise process of its own") with { NamePrefix = "edm_mean" },
        NotYet("guidance-embedding", "Distilled guidance", "a distilled checkpoint whose UNet takes the guidance scale in") with { NamePrefix = "model.diffusion_model.time_embed.cond_proj." },

        StableDiffusionXlRefiner,
        NotYet("sd2-unclip", "Stable Diffusion 2.1 unCLIP", "a Stable Diffusion 2.1 unCLIP checkpoint") with { HasLabelEmbedding = true, ContextWidth = 1024, InputChannels = 4 },
        NotYet("sd-upscaler", "Stable Diffusion upscaler", "a Stable Diffusion x4 upscaler") with { InputChannels = 7 },
        Inpainting(StableDiffusionXl),
        new ModelFamily("sdxl-instruct", "InstructPix2Pix XL") { HasLabelEmbedding = true, InputChannels = 8, Refusal = InstructRefusal },
        StableDiffusionXl,

        Inpainting(StableDiffusion2 with { Defaults = StableDiffusion2.Defaults! with { Diffusion = s_noise, VelocitySign = null } }),
        NotYet("sd2-depth", "Stable Diffusion 2.x depth", "a Stable Diffusion 2.x depth checkpoint") with { HasLinearProjection = true, InputChannels = 5 },
        StableDiffusion2,

        Inpainting(StableDiffusion1),
        new ModelFamily("sd1-instruct", "InstructPix2Pix") { HasLinearProjection = false, InputChannels = 8, Refusal = InstructRefusal },
        StableDiffusion1,

        Part("vae", "VAE", "first_stage_model.", "This file holds a VAE alone, not a whole model."),
        Part("vae", "VAE", "decoder.", "This file holds a VAE alone, not a whole model."),
        Part("text-encoder", "Text encoder", "text_model.", "This file holds a text encoder alone, not a whole model."),
        Part("component", "Part of a model", "down_blocks.", "This file is one part of a model in the diffusers folder layout. Choose the folder that holds model_index.json."),
    ];

    /// <summary>The member of a family whose UNet also takes in a mask and the picture around it: nine channels.</summary>
    private static ModelFamily Inpainting(ModelFamily family) => family with
    {
        Key = family.Key + "-inpaint",
        Label = family.Label + " inpainting",
        InputChannels = 9,
        IsInpainting = true,
        Remark = InpaintingRemark,
    };

    private static ModelFamily NotYet(string key, string label, string description) => new(key, label)
    {
        Refusal = $"This is {description}, which SdStudio does not run yet. It runs {Runs}.",
    };

    private static ModelFamily Part(string key, string label, string prefix, string refusal) => new(key, label)
    {
        NamePrefix = prefix,
        HasUNet = false,
        Refusal = refusal,
    };
}
