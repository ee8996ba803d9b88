using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>Latents to pixels, in float32 on every device. Belongs to one thread; the weight source has to stay open while this lives.</summary>
public sealed class VaeDecoder : IDisposable
{
    private const string Name = "VAE decoder";

    private readonly WeightBuffers _weights;
    private readonly Network _network;
    private readonly long _channels;

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeDecoder(InferenceDevice device, Checkpoint checkpoint)
        : this(device, (checkpoint ?? throw new ArgumentNullException(nameof(checkpoint))).Vae, checkpoint.VaeSettings)
    {
    }

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeDecoder(InferenceDevice device, IWeightSource source, VaeSettings settings)
        : this(device, source, settings, [])
    {
    }

    internal VaeDecoder(InferenceDevice device, IWeightSource source, VaeSettings settings, IReadOnlyCollection<string> taps)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);

        WeightScope scope = new(source);
        (_channels, Scale) = (VaeDecoderGraph.LatentChannels(scope), VaeDecoderGraph.Scale(scope));
        ExecutionPlan plan = device.Pixels;
        _weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
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
        const int Maps = 4;
        WeightScope layer = new(source, "decoder.up.0.block.0.conv1");
        return Maps * sizeof(float) * Math.Max(layer.SizeOf("weight", 0), layer.SizeOf("weight", 1)) * width * height;
    }

    /// <param name="z">Already divided by the scaling factor.</param>
    /// <returns>[3, h * scale, w * scale], about -1..1 and not clamped.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public float[] Decode(Latent z, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(z);
        float[] image = Run(z, cancellation)[VaeDecoderGraph.Image];
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
