using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>Pixels to latents, in float32 on every device. Belongs to one thread; the weight source has to stay open while this lives.</summary>
public sealed class VaeEncoder : IDisposable
{
    private const string Name = "VAE encoder";

    private readonly WeightBuffers _weights;
    private readonly Network _network;
    private readonly int _channels;

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeEncoder(InferenceDevice device, Checkpoint checkpoint)
        : this(device, (checkpoint ?? throw new ArgumentNullException(nameof(checkpoint))).Vae, checkpoint.VaeSettings)
    {
    }

    /// <exception cref="CheckpointException">A weight is missing.</exception>
    /// <exception cref="InferenceException">It cannot be loaded.</exception>
    public VaeEncoder(InferenceDevice device, IWeightSource source, VaeSettings settings)
        : this(device, source, settings, [])
    {
    }

    internal VaeEncoder(InferenceDevice device, IWeightSource source, VaeSettings settings, IReadOnlyCollection<string> taps)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(settings);

        WeightScope scope = new(source);
        (_channels, Scale) = ((int)VaeEncoderGraph.LatentChannels(scope), VaeEncoderGraph.Scale(scope));
        ExecutionPlan plan = device.Pixels;
        _weights = new WeightBuffers(source, plan.Delivery, plan.Operators.Precision);
        try
        {
            _network = new Network(Name, plan, _weights, g => VaeEncoderGraph.Build(g, settings), taps);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>Pixels a latent cell, in each direction; pictures have to be multiples of it.</summary>
    public int Scale { get; }

    /// <returns>Mean and logarithm of the variance of each latent value, not multiplied by the scaling factor.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public (Latent Mean, Latent LogVariance) Encode(RgbImage image, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        IReadOnlyDictionary<string, float[]> results = Run(image, cancellation);
        return (ToLatent(results[VaeEncoderGraph.Mean]), ToLatent(results[VaeEncoderGraph.LogVariance]));

        Latent ToLatent(float[] values)
        {
            Latent latent = new(_channels, image.Height / Scale, image.Width / Scale, values);
            return latent.IsFinite() ? latent : throw InferenceException.NotANumber(Name);
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _weights.Dispose();
    }

    internal IReadOnlyDictionary<string, float[]> Run(RgbImage image, CancellationToken cancellation)
    {
        if (image.Width % Scale != 0 || image.Height % Scale != 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Pictures have to be multiples of {Scale} pixels, not {image.Width} x {image.Height}."), nameof(image));
        }

        return _network.Run([new NetworkInput(VaeEncoderGraph.Image, Planes(image), 1, 3, image.Height, image.Width)], cancellation);
    }

    /// <summary>[3, height, width], -1..1.</summary>
    private static float[] Planes(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels.Span;
        int count = image.Width * image.Height;
        float[] planes = new float[3 * count];
        for (int i = 0; i < count; i++)
        {
            for (int colour = 0; colour < 3; colour++)
            {
                planes[colour * count + i] = pixels[i * 3 + colour] / 255f * 2 - 1;
            }
        }

        return planes;
    }
}
