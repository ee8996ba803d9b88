using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>The noise predictor, ready to run. Belongs to one thread; the weight source has to stay open while this lives.</summary>
public sealed class UNet : IDisposable
{
    private const string Name = "UNet";

    private readonly InferenceDevice _device;
    private readonly INetwork _network;
    private readonly string _result = UNetGraph.Result;
    private readonly int _inChannels, _outChannels;
    private readonly long _contextDimension;
    private readonly int? _labelWidth;

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public UNet(InferenceDevice device, Checkpoint checkpoint)
        : this(device, (checkpoint ?? throw new ArgumentNullException(nameof(checkpoint))).UNet, checkpoint.UNetSettings, [], checkpoint.Onnx.GetValueOrDefault(Component.UNet))
    {
    }

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public UNet(InferenceDevice device, IWeightSource source, UNetSettings settings)
        : this(device, source, settings, [])
    {
    }

    /// <param name="graph">Runs as it is, where the model brings one.</param>
    internal UNet(InferenceDevice device, IWeightSource source, UNetSettings settings, IReadOnlyCollection<string> taps, OnnxFile? graph = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);

        _device = device;
        ExecutionPlan plan = device.Denoising;
        if (graph is not null)
        {
            (_inChannels, _outChannels, _contextDimension) = ((int)OnnxFolder.InChannels(graph), (int)OnnxFolder.OutChannels(graph), OnnxFolder.ContextDimension(graph));
            int? pooled = OnnxFolder.PooledDimension(graph);
            (_labelWidth, _result) = (pooled + OnnxFolder.SizeNumbers(graph), OnnxFolder.Prediction);
            Weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
            _network = new OnnxNetwork(Name, plan, graph, input => Exported(input, pooled ?? 0));
            return;
        }

        WeightScope scope = new(source);
        _inChannels = (int)scope.SizeOf("input_blocks.0.0.weight", 1);
        _outChannels = (int)scope.SizeOf("out.2.weight", 0);
        _contextDimension = UNetGraph.ContextDimension(scope) ?? 1;
        _labelWidth = (int?)UNetGraph.LabelWidth(scope);
        Weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
        try
        {
            _network = new Network(Name, plan, Weights, g => UNetGraph.Build(g, settings), taps);
        }
        catch
        {
            Weights.Dispose();
            throw;
        }
    }

    /// <summary>Channels of the latents it takes: 4, or more where it is told about masks.</summary>
    public int InChannels => _inChannels;

    /// <summary>Channels of what it predicts.</summary>
    public int OutChannels => _outChannels;

    /// <summary>Width of the vectors that its cross-attention reads.</summary>
    public long ContextDimension => _contextDimension;

    /// <summary>Width of the vector that it is told beside the timestep; null where it is told none.</summary>
    public int? LabelWidth => _labelWidth;

    /// <summary>The weights, for merging LoRAs.</summary>
    public WeightBuffers Weights { get; }

    /// <summary>One evaluation.</summary>
    /// <param name="x">[c, h, w], scaled as the network wants it.</param>
    /// <param name="timestep">May lie between two training timesteps.</param>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public Latent Predict(Latent x, float timestep, Conditioning conditioning, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(conditioning);
        Check(x, conditioning);
        float[] result = Run(
            new NetworkInput(UNetGraph.Sample, x.Values.ToArray(), 1, x.Channels, x.Height, x.Width),
            new NetworkInput(UNetGraph.Timestep, new[] { timestep }, 1),
            new NetworkInput(UNetGraph.Context, conditioning.Values, 1, conditioning.Tokens, conditioning.Dimension),
            conditioning.Label,
            cancellation)[_result];
        return Finite(new Latent(_outChannels, x.Height, x.Width, result));
    }

    /// <summary>Both evaluations of a guided step, together or one after the other as the device does it best.</summary>
    public (Latent Conditional, Latent Unconditional) PredictPair(
        Latent x, float timestep, Conditioning conditional, Conditioning unconditional, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(conditional);
        ArgumentNullException.ThrowIfNull(unconditional);
        if (!_device.BatchesGuidance || conditional.Tokens != unconditional.Tokens)
        {
            return (Predict(x, timestep, conditional, cancellation), Predict(x, timestep, unconditional, cancellation));
        }

        return PredictBatch(x, timestep, conditional, unconditional, cancellation);
    }

    public void Dispose()
    {
        _network.Dispose();
        Weights.Dispose();
    }

    /// <summary>Both evaluations as one batch of two.</summary>
    internal (Latent Conditional, Latent Unconditional) PredictBatch(
        Latent x, float timestep, Conditioning conditional, Conditioning unconditional, CancellationToken cancellation)
    {
        Check(x, conditional);
        Check(x, unconditional);
        float[] result = Run(
            new NetworkInput(UNetGraph.Sample, (float[])[.. x.Values, .. x.Values], 2, x.Channels, x.Height, x.Width),
            new NetworkInput(UNetGraph.Timestep, new[] { timestep, timestep }, 2),
            new NetworkInput(UNetGraph.Context, (float[])[.. conditional.Values, .. unconditional.Values], 2, conditional.Tokens, conditional.Dimension),
            _labelWidth is null ? null : [.. conditional.Label!, .. unconditional.Label!],
            cancellation)[_result];
        int half = result.Length / 2;
        return (Finite(new Latent(_outChannels, x.Height, x.Width, result[..half])), Finite(new Latent(_outChannels, x.Height, x.Width, result[half..])));
    }

    /// <param name="label">[batch, width]; not asked for where the network is told none.</param>
    internal IReadOnlyDictionary<string, float[]> Run(
        NetworkInput sample, NetworkInput timestep, NetworkInput context, float[]? label, CancellationToken cancellation) => _network.Run(
            _labelWidth is { } width ? [sample, timestep, context, new NetworkInput(UNetGraph.Label, label!, label!.Length / width, width)] : [sample, timestep, context],
            cancellation);

    /// <summary>What exporters call the inputs; they give the text as one vector and the numbers about the picture apart, and make sinusoids of those themselves.</summary>
    private static NetworkInput[] Exported(NetworkInput input, int pooled) => input.Name switch
    {
        UNetGraph.Sample => [input with { Name = OnnxFolder.Sample }],
        UNetGraph.Timestep => [input with { Name = OnnxFolder.Timestep }],
        UNetGraph.Context => [input with { Name = OnnxFolder.Context }],
        _ => [Columns(input, OnnxFolder.PooledText, 0, pooled), Columns(input, OnnxFolder.Sizes, pooled, (int)input.Shape[1])],
    };

    private static NetworkInput Columns(NetworkInput label, string name, int from, int to)
    {
        (float[] values, int width) = ((float[])label.Values, (int)label.Shape[1]);
        return new NetworkInput(name, Enumerable.Range(0, (int)label.Shape[0]).SelectMany(row => values[(row * width + from)..(row * width + to)]).ToArray(), label.Shape[0], to - from);
    }

    private static Latent Finite(Latent latent) => latent.IsFinite() ? latent : throw InferenceException.NotANumber(Name);

    private void Check(Latent x, Conditioning conditioning)
    {
        if (x.Channels != _inChannels)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"This UNet takes {_inChannels} channels, not {x.Channels}."), nameof(x));
        }

        if (conditioning.Dimension != _contextDimension || conditioning.Values.Length != conditioning.Tokens * conditioning.Dimension)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"This UNet reads prompts of dimension {_contextDimension}, not {conditioning.Dimension}."), nameof(conditioning));
        }

        if (_labelWidth is { } width && conditioning.Label?.Length != width)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"This UNet is told {width} numbers beside the timestep, not {conditioning.Label?.Length ?? 0}."), nameof(conditioning));
        }
    }
}
