using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tokens;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>Textual inversions in prompts against the reference: which tokens they stand for, and what the text encoder makes of them.</summary>
[Trait("Category", "Parity")]
public sealed class EmbeddingParityTests
{
    /// <summary>Stated by the golden data's README for text encoders.</summary>
    private const double Tolerance = 5e-5;

    private const string Model = "sd15-tiny";

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            TheoryData<string, string, string> rows = [];
            foreach (object[] row in (IEnumerable<object[]>)GoldenFolder.Cases("embeddings/golden.json"))
            {
                rows.Add((string)row[0], (string)row[1], "tinystyle");
                rows.Add((string)row[0], (string)row[1], "tinystyle-pt");
            }

            return rows;
        }
    }

    public static TheoryData<string, string> PairCases => GoldenFolder.Cases("embeddings/golden.json");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Encode_PromptWithEmbedding_GivesTheReferencesConditioning(string file, string label, string word)
    {
        System.Text.Json.JsonElement text = GoldenFolder.Case(file, label);
        GoldenTensors golden = GoldenFolder.Tensors("embeddings/golden.safetensors");
        string at = $"sd15/{label.Split(' ')[0]}/";
        using Checkpoint checkpoint = GoldenModel.OpenWhole(Model);
        using TextEncoder encoder = new(InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }), checkpoint);
        ClipTokenizer tokenizer = ClipTokenizer.Load(GoldenFolder.Require($"models/{Model}/tokenizer"));
        PromptChunker chunker = new(tokenizer);
        EmbeddingLibrary library = new([GoldenFolder.Require("embeddings")], [encoder.Dimension]);
        new LearnedVocabulary(library, tokenizer, [chunker]).Refresh();

        PromptChunk chunk = Assert.Single(chunker.Chunk($"{text.GetProperty("before").GetString()} {word.ToUpperInvariant()} {text.GetProperty("after").GetString()}"));

        PlacedWord placed = Assert.Single(chunk.Words);
        Assert.Equal(3, placed.Word.Count);
        long[] ids = [.. chunk.Ids.Select((id, i) => i >= placed.Position && i < placed.Position + 3 ? -1L : id)];
        Assert.Equal(golden.Integers(at + "ids"), ids);
        Close.Within(golden.Floats(at + "conditioning"), encoder.Encode(chunk, 1, CancellationToken.None), Tolerance, at + "conditioning");
        Close.Within(golden.Floats(at + "conditioning_clip_skip2"), encoder.Encode(chunk, 2, CancellationToken.None), Tolerance, at + "conditioning_clip_skip2");
    }

    [SkippableTheory]
    [MemberData(nameof(PairCases))]
    public void Encode_PromptWithEmbeddingForTwoEncoders_GivesTheReferencesConditioning(string file, string label)
    {
        System.Text.Json.JsonElement text = GoldenFolder.Case(file, label);
        GoldenTensors golden = GoldenFolder.Tensors("embeddings/golden.safetensors");
        string at = $"sdxl/{label.Split(' ')[0]}/";
        using Checkpoint checkpoint = GoldenModel.OpenWhole("sdxl-tiny");
        using LoadedModel model = LoadedModel.Load(checkpoint, new CheckpointParts { ModelRoots = [GoldenFolder.Require("models")] }, InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));
        EmbeddingLibrary library = new([GoldenFolder.Require("embeddings")], [.. model.Readers.Select(reader => reader.Encoder.Dimension)]);
        new LearnedVocabulary(library, model.Tokenizer, [.. model.Readers.Select(reader => reader.Chunker)]).Refresh();
        string prompt = $"{text.GetProperty("before").GetString()} tinyxl {text.GetProperty("after").GetString()}";

        foreach ((string ids, PromptReader reader) in new[] { "ids_l", "ids_g" }.Zip(model.Readers))
        {
            PromptChunk chunk = Assert.Single(reader.Chunker.Chunk(prompt));
            PlacedWord placed = Assert.Single(chunk.Words);
            Assert.Equal(golden.Integers(at + ids), chunk.Ids.Select((id, i) => i >= placed.Position && i < placed.Position + placed.Word.Count ? -1L : id));
        }

        Conditioning conditioning = model.Encode(prompt, 1, CancellationToken.None);
        Close.Within(golden.Floats(at + "conditioning"), conditioning.Values, Tolerance, at + "conditioning");
        Close.Within(golden.Floats(at + "pooled"), conditioning.Pooled, Tolerance, at + "pooled");
    }
}
