using System.Collections.Frozen;

namespace SdStudio.Storage.Models;

/// <summary>
/// What folders of this name hold, in this program and in others: A1111 and its forks, ComfyUI, InvokeAI, StabilityMatrix. One table, because
/// people mix their folders.
/// </summary>
internal static class FolderMeaning
{
    private static readonly FrozenDictionary<string, ModelKind> s_kinds = new Dictionary<string, ModelKind>
    {
        ["checkpoints"] = ModelKind.Checkpoint,
        ["diffusers"] = ModelKind.Checkpoint,
        ["Stable-diffusion"] = ModelKind.Checkpoint,
        ["StableDiffusion"] = ModelKind.Checkpoint,
        ["main"] = ModelKind.Checkpoint,
        ["unet"] = ModelKind.Checkpoint,
        ["diffusion_models"] = ModelKind.Checkpoint,
        ["DiffusionModels"] = ModelKind.Checkpoint,
        ["loras"] = ModelKind.Lora,
        ["lora"] = ModelKind.Lora,
        ["LyCORIS"] = ModelKind.Lora,
        ["embeddings"] = ModelKind.Embedding,
        ["embedding"] = ModelKind.Embedding,
        ["TextualInversion"] = ModelKind.Embedding,
        ["vae"] = ModelKind.Vae,
        ["text_encoders"] = ModelKind.TextEncoder,
        ["TextEncoders"] = ModelKind.TextEncoder,
        ["clip"] = ModelKind.TextEncoder,
        ["clip_embed"] = ModelKind.TextEncoder,
        ["vae_approx"] = ModelKind.ApproximateVae,
        ["VAE-approx"] = ModelKind.ApproximateVae,
        ["VAE-taesd"] = ModelKind.ApproximateVae,
        ["ApproxVAE"] = ModelKind.ApproximateVae,
        ["taesd"] = ModelKind.ApproximateVae,
        ["controlnet"] = ModelKind.ControlNet,
        ["upscalers"] = ModelKind.Upscaler,
        ["upscale_models"] = ModelKind.Upscaler,
        ["ESRGAN"] = ModelKind.Upscaler,
        ["RealESRGAN"] = ModelKind.Upscaler,
        ["spandrel_image_to_image"] = ModelKind.Upscaler,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Parts and helpers of models, models for other purposes, and what programs keep beside their models.</summary>
    private static readonly FrozenSet<string> s_foreign = new[]
    {
        "tokenizer", "tokenizers", "text_encoder", "text_encoder_2", "clip_vision", "ClipVision", "t5_encoder",
        "hypernetworks", "Hypernetwork", "configs", "style_models", "StyleModels", "gligen", "photomaker",
        "classifiers", "t2i_adapter", "t2iadapter", "ip_adapter", "IpAdapter", "IpAdapters15", "IpAdaptersXl", "GFPGAN", "Codeformer", "BSRGAN", "SwinIR",
        "LDSR", "ScuNET", "karlo", "torch_deepdanbooru", "deepbooru", "DeepDanbooru", "BLIP", "Sams", "Ultralytics", "AfterDetailer", "adetailer",
        "insightface", "SVD", "core", "AudioEncoders", "audio_encoders", "ModelPatches", "model_patches", "BackgroundRemoval", "PromptExpansion",
        "node_modules", "venv", "env", "python", "__pycache__", "site-packages", "custom_nodes", "repositories",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] s_checkpoints = [".safetensors", ".sft", ".ckpt"];
    private static readonly string[] s_embeddings = [".safetensors", ".sft", ".pt", ".bin"];
    private static readonly string[] s_others = [".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin"];

    /// <returns>Null where the name says nothing: the files are of the same kind as the folder above.</returns>
    public static ModelKind? Kind(string name) => s_kinds.TryGetValue(name, out ModelKind kind) ? kind : null;

    /// <summary>Whether nothing in a folder of this name is offered.</summary>
    public static bool IsForeign(string name) => s_foreign.Contains(name);

    /// <summary>Whether a file may be a model of this kind, by its extension.</summary>
    public static bool MayBe(ModelKind kind, string file)
    {
        string extension = Path.GetExtension(file).ToLowerInvariant();
        return (kind switch
        {
            ModelKind.Checkpoint => s_checkpoints,
            ModelKind.Embedding => s_embeddings,
            _ => s_others,
        }).Contains(extension);
    }
}
