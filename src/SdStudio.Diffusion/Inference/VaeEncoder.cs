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
        return (ToLatent(results[VaeEncoderGraph.Mean], image.Width, image.Height), ToLatent(results[VaeEncoderGraph.LogVariance], image.Width, image.Height));
    }

    /// <summary>A picture that is mid-gray all over: 0 of -1..1, which no byte stands for.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <returns>The mean, not multiplied by the scaling factor.</returns>
    /// <exception cref="InferenceException">It failed, or answered with values that are no numbers.</exception>
    public Latent EncodeGray(int width, int height, CancellationToken cancellation) =>
        ToLatent(Run(new float[3 * width * height], width, height, cancellation)[VaeEncoderGraph.Mean], width, height);

    public void Dispose()
    {
        _network.Dispose();
        _weights.Dispose();
    }

    internal IReadOnlyDictionary<string, float[]> Run(RgbImage image, CancellationToken cancellation) => Run(Planes(image), image.Width, image.Height, cancellation);

    private IReadOnlyDictionary<string, float[]> Run(float[] planes, int width, int height, CancellationToken cancellation) => width % Scale == 0 && height % Scale == 0
        ? _network.Run([new NetworkInput(VaeEncoderGraph.Image, planes, 1, 3, height, width)], cancellation)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Pictures have to be multiples of {Scale} pixels, not {width} x {height}."));

    private Latent ToLatent(float[] values, int width, int height)
    {
        Latent latent = new(_channels, height / Scale, width / Scale, values);
        return latent.IsFinite() ? latent : throw InferenceException.NotANumber(Name);
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
