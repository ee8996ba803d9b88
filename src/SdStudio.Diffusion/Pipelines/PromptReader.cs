using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One text encoder of a loaded model, with what cuts prompts into its chunks.</summary>
internal sealed record PromptReader(TextEncoder Encoder, PromptChunker Chunker, TextEncoderSettings Settings)
{
    /// <summary>Chunks are encoded one by one; the vector for the whole text is that of the first, as A1111 has it.</summary>
    /// <param name="clipSkip">As people count, see <see cref="TextEncoderSettings.SkipFor"/>.</param>
    public Conditioning Read(string prompt, int clipSkip, CancellationToken cancellationToken)
    {
        float[]? whole = null;
        Conditioning conditioning = PromptEncoder.Encode(Chunker.Chunk(prompt), chunk =>
        {
            (float[] states, float[]? pooled) = Encoder.EncodeWhole(chunk, Settings.SkipFor(clipSkip), cancellationToken);
            whole ??= pooled;
            return states;
        });
        return conditioning with { Pooled = whole };
    }
}
