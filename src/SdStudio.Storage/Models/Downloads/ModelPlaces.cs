namespace SdStudio.Storage.Models.Downloads;

/// <summary>The folders of a model root that downloads go to.</summary>
public static class ModelPlaces
{
    public const string Checkpoints = "checkpoints";
    public const string Diffusers = "diffusers";
    public const string Loras = "loras";
    public const string Embeddings = "embeddings";
    public const string Vae = "vae";
    public const string TextEncoders = "text_encoders";
    public const string PreviewDecoders = "vae_approx";
    public const string ControlNets = "controlnet";
    public const string Upscalers = "upscalers";

    public static IReadOnlyList<string> All { get; } = [Checkpoints, Diffusers, Loras, Embeddings, Vae, TextEncoders, PreviewDecoders, ControlNets, Upscalers];

    /// <summary>What a file's name and its site's keywords say; most files are checkpoints.</summary>
    public static string Guess(string name, IEnumerable<string> keywords)
    {
        string words = string.Join(' ', keywords.Prepend(name)).ToLowerInvariant();
        return words switch
        {
            _ when words.Contains("taesd", StringComparison.Ordinal) => PreviewDecoders,
            _ when words.Contains("lora", StringComparison.Ordinal) || words.Contains("lycoris", StringComparison.Ordinal) => Loras,
            _ when words.Contains("controlnet", StringComparison.Ordinal) => ControlNets,
            _ when words.Contains("textual_inversion", StringComparison.Ordinal) || words.Contains("embedding", StringComparison.Ordinal) => Embeddings,
            _ when words.Contains("text_encoder", StringComparison.Ordinal) || words.Contains("text-encoder", StringComparison.Ordinal) => TextEncoders,
            _ when words.Contains("vae", StringComparison.Ordinal) => Vae,
            _ => Checkpoints,
        };
    }
}
