using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// Latents to pixels, roughly and quickly, on the processor whatever the device: beside a graphics card it costs the picture nothing.
/// Belongs to one thread at a time; the weight source has to stay open while this lives.
/// </summary>
public sealed class TinyDecoder : IDisposable
{
    private const string Name = "tiny decoder";

    private readonly WeightBuffers _weights;
    private readonly Network _network;
    private readonly long _channels, _width;

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public TinyDecoder(InferenceDevice device, IWeightSource source)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        WeightScope scope = new(source);
        (_channels, _width, Scale) = (TinyDecoderGraph.LatentChannels(scope), TinyDecoderGraph.Width(scope), TinyDecoderGraph.Scale(scope));
        ExecutionPlan plan = device.Previews;
        _weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
        try
        {
            _network = new Network(Name, plan, _weights, TinyDecoderGraph.Build);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>Pixels a latent cell, in each direction; 8 in every known decoder.</summary>
    public int Scale { get; }

    /// <summary>About how many bytes decoding takes: three maps of the widest layer at full resolution.</summary>
    public long MemoryFor(Latent latent)
    {
        ArgumentNullException.ThrowIfNull(latent);
        return 3 * sizeof(float) * _width * latent.Width * Scale * latent.Height * Scale;
    }

    /// <param name="latent">As the sampler sees it.</param>
    /// <returns>[3, h * scale, w * scale], about -1..1 and not clamped.</returns>
    /// <exception cref="InferenceException">It failed.</exception>
    public float[] Decode(Latent latent, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(latent);
        if (latent.Channels != _channels)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"This decoder has latents of {_channels} channels, not {latent.Channels}."), nameof(latent));
        }

        return _network.Run([new NetworkInput(TinyDecoderGraph.Latent, latent.Values.ToArray(), 1, latent.Channels, latent.Height, latent.Width)], cancellation)[TinyDecoderGraph.Image];
    }

    public void Dispose()
    {
        _network.Dispose();
        _weights.Dispose();
    }
}
