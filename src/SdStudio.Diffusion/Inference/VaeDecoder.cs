using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>Latents to pixels, in float32 on every device. Belongs to one thread; the weight source has to stay open while this lives.</summary>
public sealed class VaeDecoder : IDisposable
{
    private const string Name = "VAE decoder";

    private readonly WeightBuffers _weights;
    private readonly INetwork _network;
    private readonly string _result = VaeDecoderGraph.Image;
    private readonly long _channels;

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeDecoder(InferenceDevice device, Checkpoint checkpoint)
        : this(device, (checkpoint ?? throw new ArgumentNullException(nameof(checkpoint))).Vae, checkpoint.VaeSettings, [], checkpoint.Onnx.GetValueOrDefault(Component.Vae), checkpoint.VaeLayout.Factor)
    {
    }

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeDecoder(InferenceDevice device, IWeightSource source, VaeSettings settings)
        : this(device, source, settings, [])
    {
    }

    /// <param name="graph">Runs as it is, where the model brings one.</param>
    /// <param name="scale">Pixels a latent cell of that graph.</param>
    internal VaeDecoder(InferenceDevice device, IWeightSource source, VaeSettings settings, IReadOnlyCollection<string> taps, OnnxFile? graph = null, int scale = 8)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);

        ExecutionPlan plan = device.Pixels;
        _weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
        if (graph is not null)
        {
            (_channels, Scale, _result) = (OnnxFolder.LatentChannels(graph), scale, OnnxFolder.Sample);
            _network = new OnnxNetwork(Name, plan, graph, input => [input with { Name = OnnxFolder.LatentSample }]);
            return;
        }

        WeightScope scope = new(source);
        (_channels, Scale) = (VaeDecoderGraph.LatentChannels(scope), VaeDecoderGraph.Scale(scope));
        try
        {
            _network = new Network(Name, plan, _weights, g => VaeDecoderGraph.Build(g, settings), taps);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>Pixels a latent cell, in each direction; 8 in every known model.</summary>
    public int Scale { get; }

    /// <summary>
    /// About how many bytes decoding takes on a CPU: at full resolution the runtime holds four maps of the widest layer there at once
    /// (an estimate: it fits the 1.4 GB measured with Stable Diffusion's VAE at 512 x 512; larger pictures were not measured).
    /// </summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static long MemoryFor(IWeightSource source, int width, int height)
    {
        WeightScope layer = new(source, "decoder.up.0.block.0.conv1");
        return MemoryFor(Math.Max(layer.SizeOf("weight", 0), layer.SizeOf("weight", 1)), width, height);
    }

    /// <summary>The same for a model that may bring its decoder as a graph, whose layers are as wide as those of every known one.</summary>
    public static long MemoryFor(Checkpoint checkpoint, int width, int height)
    {
        const long UsualWidth = 256;
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Onnx.ContainsKey(Component.Vae) ? MemoryFor(UsualWidth, width, height) : MemoryFor(checkpoint.Vae, width, height);
    }

    private static long MemoryFor(long layerWidth, int width, int height)
    {
        const int Maps = 4;
        return Maps * sizeof(float) * layerWidth * width * height;
    }

    /// <param name="z">Already divided by the scaling factor.</param>
    /// <returns>[3, h * scale, w * scale], about -1..1 and not clamped.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public float[] Decode(Latent z, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(z);
        float[] image = Run(z, cancellation)[_result];
        return float.IsFinite(System.Numerics.Tensors.TensorPrimitives.Sum<float>(image)) ? image : throw InferenceException.NotANumber(Name);
    }

    public void Dispose()
    {
        _network.Dispose();
        _weights.Dispose();
    }

    internal IReadOnlyDictionary<string, float[]> Run(Latent z, CancellationToken cancellation)
    {
        if (z.Channels != _channels)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"This VAE has latents of {_channels} channels, not {z.Channels}."), nameof(z));
        }

        return _network.Run([new NetworkInput(VaeDecoderGraph.Latent, z.Values.ToArray(), 1, z.Channels, z.Height, z.Width)], cancellation);
    }
}
