using System.Collections.Immutable;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Every kind of model that is recognised. The first matching row wins, so the narrower signs stand first.</summary>
public static class ModelFamilies
{
    /// <summary>Stable Diffusion 1.1 to 1.5 and all that was trained from them.</summary>
    public static ModelFamily StableDiffusion1 { get; } = new("sd1", "Stable Diffusion 1.x")
    {
        InputChannels = 4,
        HasLinearProjection = false,
        HasLabelEmbedding = false,
        Defaults = new FamilyDefaults(
            UNetHeads: 8,
            NormGroups: 32,
            TextHeadWidth: 64,
            TextActivation.QuickGelu,
            VaeScalingFactor: 0.18215f,
            NativeSize: 512,
            new DiffusionSettings(1000, 0.00085f, 0.012f, PredictionType.Epsilon),
            new LatentPreview(
                [
                    0.3512f, 0.2297f, 0.3227f,
                    0.3250f, 0.4974f, 0.2350f,
                    -0.2829f, 0.1762f, 0.2721f,
                    -0.2120f, -0.2616f, -0.7177f,
                ],
                [0, 0, 0])),
    };

    public static ImmutableArray<ModelFamily> All { get; } =
    [
        // Files that are no checkpoint at all.
        Part("lora", "LoRA", "lora_unet_", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("lora", "LoRA", "lora_te", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("lora", "LoRA", "unet.down_blocks.", "This is a LoRA, not a model. Put it into the folder models/loras and choose it beside the prompt."),
        Part("embedding", "Embedding", "emb_params", "This is a textual inversion embedding, not a model."),
        NotYet("controlnet", "ControlNet", "a ControlNet") with { NamePrefix = "control_model." },

        // Diffusion transformers: no UNet inside.
        NotYet("sd3", "Stable Diffusion 3", "a Stable Diffusion 3 checkpoint") with { NamePrefix = "model.diffusion_model.joint_blocks." },
        NotYet("flux", "Flux", "a Flux checkpoint") with { NamePrefix = "model.diffusion_model.double_blocks." },
        NotYet("flux", "Flux", "a Flux checkpoint") with { NamePrefix = "double_blocks." },
        NotYet("scaled-fp8", "Scaled fp8", "a checkpoint with scaled fp8 weights") with { NamePrefix = "model.diffusion_model.scaled_fp8" },

        NotYet("sdxl-refiner", "Stable Diffusion XL refiner", "a Stable Diffusion XL refiner") with { HasLabelEmbedding = true, ContextWidth = 1280 },
        NotYet("sd2-unclip", "Stable Diffusion 2.1 unCLIP", "a Stable Diffusion 2.1 unCLIP checkpoint") with { HasLabelEmbedding = true, ContextWidth = 1024, InputChannels = 4 },
        NotYet("sd-upscaler", "Stable Diffusion upscaler", "a Stable Diffusion x4 upscaler") with { InputChannels = 7 },
        NotYet("sdxl-inpaint", "Stable Diffusion XL inpainting", "a Stable Diffusion XL inpainting checkpoint") with { HasLabelEmbedding = true, InputChannels = 9 },
        NotYet("sdxl", "Stable Diffusion XL", "a Stable Diffusion XL checkpoint") with { HasLabelEmbedding = true },

        NotYet("sd2-inpaint", "Stable Diffusion 2.x inpainting", "a Stable Diffusion 2.x inpainting checkpoint") with { HasLinearProjection = true, InputChannels = 9 },
        NotYet("sd2-depth", "Stable Diffusion 2.x depth", "a Stable Diffusion 2.x depth checkpoint") with { HasLinearProjection = true, InputChannels = 5 },
        NotYet("sd2", "Stable Diffusion 2.x", "a Stable Diffusion 2.x checkpoint") with { HasLinearProjection = true },

        NotYet("sd1-inpaint", "Stable Diffusion 1.x inpainting", "a Stable Diffusion 1.x inpainting checkpoint") with { HasLinearProjection = false, InputChannels = 9 },
        NotYet("sd1-instruct", "InstructPix2Pix", "an InstructPix2Pix checkpoint") with { HasLinearProjection = false, InputChannels = 8 },
        StableDiffusion1,

        Part("vae", "VAE", "first_stage_model.", "This file holds a VAE alone, not a whole model."),
        Part("vae", "VAE", "decoder.", "This file holds a VAE alone, not a whole model."),
        Part("text-encoder", "Text encoder", "text_model.", "This file holds a text encoder alone, not a whole model."),
        Part("component", "Part of a model", "down_blocks.", "This file is one part of a model in the diffusers folder layout. Choose the folder that holds model_index.json."),
    ];

    private static ModelFamily NotYet(string key, string label, string description) => new(key, label)
    {
        Refusal = $"This is {description}, which SdStudio does not run yet. It runs {StableDiffusion1.Label}.",
    };

    private static ModelFamily Part(string key, string label, string prefix, string refusal) => new(key, label)
    {
        NamePrefix = prefix,
        Refusal = refusal,
    };
}
