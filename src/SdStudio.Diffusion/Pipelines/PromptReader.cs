using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One text encoder of a loaded model, with what cuts prompts into its chunks.</summary>
internal sealed record PromptReader(TextEncoder Encoder, PromptChunker Chunker, TextEncoderSettings Settings)
{
    /// <summary>Chunks are encoded one by one; the vector for the whole text is that of the first, as A1111 has it.</summary>
    /// <param name="clipSkip">As people count, see <see cref="TextEncoderSettings.SkipFor"/>.</param>
    /// <returns>One for each text of the schedule; texts that stand in it twice are encoded once.</returns>
    public Conditioning[] Read(PromptSchedule prompt, PromptHabits habits, int clipSkip, CancellationToken cancellationToken)
    {
        string[] texts = [.. prompt.Texts.Select(text => text.Text).Distinct()];
        int[] times = [.. texts.Select(text => prompt.Texts.Count(other => other.Text == text))];
        ImmutableArray<IReadOnlyList<PromptChunk>> chunks = [.. texts.Select(text => Chunker.Chunk(text, habits.Syntax))];
        Dictionary<PromptChunk, float[]?> pooled = [];
        Conditioning[] read = PromptEncoder.Encode(chunks, times, Chunker.Chunk("")[0], habits.Emphasis, chunk =>
        {
            (float[] states, pooled[chunk]) = Encoder.EncodeWhole(chunk, Settings.SkipFor(clipSkip), cancellationToken);
            return states;
        });
        Dictionary<string, Conditioning> byText = texts.Select((text, i) => (text, read[i] with { Pooled = pooled[chunks[i][0]] })).ToDictionary();
        return [.. prompt.Texts.Select(text => byText[text.Text])];
    }
}
