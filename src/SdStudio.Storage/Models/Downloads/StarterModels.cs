namespace SdStudio.Storage.Models.Downloads;

/// <summary>The short list for an empty model folder: published by their makers (Stable Diffusion 1.5 by those who keep it available), free to download without an account.</summary>
public static class StarterModels
{
    private const string Rail = "CreativeML OpenRAIL-M";
    private const string RailPlus = "CreativeML Open RAIL++-M";
    private const string NeedsTokenizer = "the tokenizer that the Models page fetches";

    public static IReadOnlyList<StarterModel> All { get; } =
    [
        Row("Stable Diffusion 1.5", "The classic: pictures of 512 × 512, and the largest choice of LoRAs.", Rail,
            $"About 4 GB of graphics memory or 8 GB of memory, and {NeedsTokenizer}.", ModelPlaces.Checkpoints,
            "stable-diffusion-v1-5/stable-diffusion-v1-5", "v1-5-pruned-emaonly.safetensors", "v1-5-pruned-emaonly.safetensors",
            4_265_146_304, "6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa"),
        Row("Stable Diffusion XL base", "Larger and finer: pictures of 1024 × 1024.", RailPlus,
            $"About 8 GB of graphics memory or 24 GB of memory, and {NeedsTokenizer}.", ModelPlaces.Checkpoints,
            "stabilityai/stable-diffusion-xl-base-1.0", "sd_xl_base_1.0.safetensors", "sd_xl_base_1.0.safetensors",
            6_938_078_334, "31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b"),
        Row("SDXL VAE, fp16 fix", "The part of SDXL that makes pixels, mended for half precision, where the original may turn pictures black.", "MIT",
            "A model of the SDXL family.", ModelPlaces.Vae,
            "madebyollin/sdxl-vae-fp16-fix", "sdxl_vae.safetensors", "sdxl-vae-fp16-fix.safetensors",
            334_641_162, "235745af8d86bf4a4c1b5b4f529868b37019a10f7c0b2e79ad0abca3a22bc6e1"),
        Row("LCM LoRA for Stable Diffusion 1.5", "Pictures in 4 to 8 steps instead of 20.", RailPlus,
            "A model of the Stable Diffusion 1.x family; guidance 1 to 2.", ModelPlaces.Loras,
            "latent-consistency/lcm-lora-sdv1-5", "pytorch_lora_weights.safetensors", "lcm-lora-sdv1-5.safetensors",
            134_621_556, "8f90d840e075ff588a58e22c6586e2ae9a6f7922996ee6649a7f01072333afe4"),
        Row("LCM LoRA for SDXL", "Pictures in 4 to 8 steps instead of 30.", RailPlus,
            "A model of the SDXL family; guidance 1 to 2.", ModelPlaces.Loras,
            "latent-consistency/lcm-lora-sdxl", "pytorch_lora_weights.safetensors", "lcm-lora-sdxl.safetensors",
            393_855_224, "a764e6859b6e04047cd761c08ff0cee96413a8e004c9f07707530cd776b19141"),
        Row("TAESD for Stable Diffusion 1.x", "Sharp previews while a picture forms.", "MIT",
            "A model of the Stable Diffusion 1.x or 2.x family.", ModelPlaces.PreviewDecoders,
            "madebyollin/taesd", "taesd_decoder.safetensors", "taesd_decoder.safetensors", null, null),
        Row("TAESD for SDXL", "Sharp previews while a picture forms.", "MIT",
            "A model of the SDXL family.", ModelPlaces.PreviewDecoders,
            "madebyollin/taesdxl", "taesdxl_decoder.safetensors", "taesdxl_decoder.safetensors", null, null),
    ];

    // What TAESD's decoder has with 32-bit weights, rounded.
    private const long AboutTiny = 5_000_000;

    private static StarterModel Row(
        string title, string words, string licence, string needs, string place, string repository, string path, string name, long? size, string? hash) =>
        new(title, words, licence, needs, place, new PlannedFile(new Uri($"https://huggingface.co/{repository}/resolve/main/{path}"), name, size, hash), size ?? AboutTiny);
}
