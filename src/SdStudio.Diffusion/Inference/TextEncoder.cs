using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// The text encoder, ready to run. It stays on the CPU in float32 on every device: 77 tokens take it a tenth of a second, and
/// the graphics card's memory is for the UNet. Belongs to one thread; the weight source has to stay open while this lives.
/// </summary>
public sealed class TextEncoder : IDisposable
{
    private const string Name = "text encoder";

    private readonly ExecutionPlan _plan;
    private readonly TextEncoderSettings _settings;
    private readonly IReadOnlyCollection<string> _taps;
    private readonly long _vocabulary;

    /// <summary>One small session for each number of layers that was asked for, all over the same weights.</summary>
    private readonly Dictionary<int, Network> _networks = [];

    /// <summary>The graph that the model brings; it has all its outputs in one session.</summary>
    private readonly OnnxNetwork? _imported;

    /// <summary>One text encoder of a model.</summary>
    /// <param name="index">In the model's order; the first, in most families, is the only one.</param>
    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public TextEncoder(InferenceDevice device, Checkpoint checkpoint, int index = 0)
        : this(
            device,
            (checkpoint ?? throw new ArgumentNullException(nameof(checkpoint))).Weights(Checkpoint.TextComponents[index]),
            checkpoint.TextEncoderSettings[index],
            [],
            checkpoint.Onnx.GetValueOrDefault(Checkpoint.TextComponents[index]))
    {
    }

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public TextEncoder(InferenceDevice device, IWeightSource source, TextEncoderSettings settings)
        : this(device, source, settings, [])
    {
    }

    /// <param name="graph">Runs as it is, where the model brings one.</param>
    internal TextEncoder(InferenceDevice device, IWeightSource source, TextEncoderSettings settings, IReadOnlyCollection<string> taps, OnnxFile? graph = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);

        WeightScope scope = new(source);
        (Layers, Tokens, Dimension, _vocabulary) =
            (graph is null ? ClipTextGraph.Layers(scope) : settings.NormalizesStates ? 1 : OnnxFolder.HiddenLayers(graph), (int)ClipTextGraph.Tokens(scope), (int)ClipTextGraph.Dimension(scope), ClipTextGraph.Vocabulary(scope));
        PooledDimension = !settings.Pools ? null : graph is not null ? OnnxFolder.PooledDimension(graph) : (int)scope.SizeOf("text_projection.weight", 0);
        (_plan, _settings, _taps) = (device.Text, settings, taps);
        Weights = new WeightBuffers(source, _plan.Delivery, _plan.Operators.Precision);
        try
        {
            if (graph is not null)
            {
                _imported = new OnnxNetwork(Name, _plan, graph, input => input.Name == ClipTextGraph.Ids ? [input with { Name = OnnxFolder.Ids }] : []);
                return;
            }

            NetworkFor(Layers);
        }
        catch
        {
            Weights.Dispose();
            throw;
        }
    }

    /// <summary>Layers of the network; the highest clip skip there is.</summary>
    public int Layers { get; }

    /// <summary>Token ids a call takes, 77 in every known model.</summary>
    public int Tokens { get; }

    /// <summary>Width of the vector for the whole text; null where it makes none.</summary>
    public int? PooledDimension { get; }

    /// <summary>Width of the vectors it gives.</summary>
    public int Dimension { get; }

    /// <summary>The weights, for merging LoRAs.</summary>
    public WeightBuffers Weights { get; }

    /// <summary>As <see cref="Encode(ReadOnlySpan{int}, int, CancellationToken)"/>, with the learned words of a chunk.</summary>
    public float[] Encode(PromptChunk chunk, int clipSkip, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        return Encode(chunk.Ids, chunk.Words, clipSkip, cancellation);
    }

    /// <param name="ids">Exactly <see cref="Tokens"/>, with start, end and padding.</param>
    /// <param name="clipSkip">1 takes the last layer's output, 2 that of the one before, and so on.</param>
    /// <returns>[tokens, dim], through the final layer normalisation where the model is made so.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public float[] Encode(ReadOnlySpan<int> ids, int clipSkip, CancellationToken cancellation) => Encode(ids, [], clipSkip, cancellation);

    private float[] Encode(ReadOnlySpan<int> ids, IReadOnlyList<PlacedWord> words, int clipSkip, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ids.Length, Tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(clipSkip, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clipSkip, Layers);
        return Finite(Run(ids, words, clipSkip, cancellation)[ClipTextGraph.Result]);
    }

    /// <summary>A chunk with its learned words, and one vector for the whole of it.</summary>
    /// <returns>States [tokens, dim], and [projection dim] where this encoder makes such a vector, else null.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public (float[] States, float[]? Pooled) EncodeWhole(PromptChunk chunk, int clipSkip, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        ArgumentOutOfRangeException.ThrowIfNotEqual(chunk.Ids.Length, Tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(clipSkip, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clipSkip, Layers);
        IReadOnlyDictionary<string, float[]> results = Run(chunk.Ids, chunk.Words, clipSkip, cancellation);
        return (Finite(results[ClipTextGraph.Result]), results.TryGetValue(ClipTextGraph.Pooled, out float[]? pooled) ? Finite(pooled) : null);
    }

    public void Dispose()
    {
        _imported?.Dispose();
        foreach (Network network in _networks.Values)
        {
            network.Dispose();
        }

        Weights.Dispose();
    }

    internal IReadOnlyDictionary<string, float[]> Run(ReadOnlySpan<int> ids, IReadOnlyList<PlacedWord> words, int clipSkip, CancellationToken cancellation)
    {
        long[] wide = new long[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(ids[i], nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ids[i], _vocabulary, nameof(ids));
            wide[i] = ids[i];
        }

        NetworkInput tokens = new(ClipTextGraph.Ids, wide, 1, Tokens);
        if (_imported is not null)
        {
            return Imported(_imported.Run([tokens], cancellation), clipSkip);
        }

        NetworkInput[] text = [tokens, .. WordInputs(words)];

        // The end token has the highest id there is; padding may repeat it, and the first one counts.
        NetworkInput end = new(ClipTextGraph.End, new[] { (long)System.Numerics.Tensors.TensorPrimitives.IndexOfMax<long>(wide) }, 1, 1);
        return NetworkFor(Layers + 1 - clipSkip).Run(_settings.Pools ? [.. text, end] : text, cancellation);
    }

    /// <summary>The answers of an exported graph under our own names. Without the final normalisation it tells every layer, else only the last.</summary>
    private Dictionary<string, float[]> Imported(IReadOnlyDictionary<string, float[]> answers, int clipSkip)
    {
        Dictionary<string, float[]> results = new() { [ClipTextGraph.Result] = answers[_settings.NormalizesStates ? OnnxFolder.LastState : OnnxFolder.HiddenState(Layers + 1 - clipSkip)] };
        if (_settings.Pools)
        {
            results.Add(ClipTextGraph.Pooled, answers[OnnxFolder.PooledText]);
        }

        return results;
    }

    /// <summary>Which tokens keep their own vectors, and the vectors of the others.</summary>
    private NetworkInput[] WordInputs(IReadOnlyList<PlacedWord> words)
    {
        float[] kept = new float[Tokens], vectors = new float[Tokens * Dimension];
        Array.Fill(kept, 1);
        foreach ((int position, LearnedWord word) in words)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(word.Vectors.Length, word.Count * Dimension, nameof(words));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(position + word.Count, Tokens, nameof(words));
            kept.AsSpan(position, word.Count).Clear();
            word.Vectors.CopyTo(vectors, position * Dimension);
        }

        return [new NetworkInput(ClipTextGraph.Kept, kept, 1, Tokens, 1), new NetworkInput(ClipTextGraph.Vectors, vectors, 1, Tokens, Dimension)];
    }

    private static float[] Finite(float[] values) =>
        float.IsFinite(System.Numerics.Tensors.TensorPrimitives.Sum<float>(values)) ? values : throw InferenceException.NotANumber(Name);

    private Network NetworkFor(int layers)
    {
        if (!_networks.TryGetValue(layers, out Network? network))
        {
            network = new Network(Name, _plan, Weights, g => ClipTextGraph.Build(g, _settings, layers), _taps);
            _networks.Add(layers, network);
        }

        return network;
    }
}
