namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One text encoder of a family: where its weights lie, and what their shapes do not tell.</summary>
/// <param name="Prefix">Of its weights in a single file, before the library's own prefix.</param>
/// <param name="Folder">Of its weights in the diffusers layout.</param>
/// <param name="Tokenizer">The folder of its tokenizer there.</param>
/// <param name="Width">Of the vectors it gives; models of other sizes than the usual ones have others.</param>
/// <param name="HeadWidth">Width of one attention head.</param>
/// <param name="Settings">The rest; its number of heads is a placeholder.</param>
public sealed record TextEncoderDefaults(string Prefix, string Folder, string Tokenizer, int Width, int HeadWidth, TextEncoderSettings Settings)
{
    /// <summary>Layers that pictures use, where files may hold one more that was never meant to run.</summary>
    public int? UsedLayers { get; init; }
}
