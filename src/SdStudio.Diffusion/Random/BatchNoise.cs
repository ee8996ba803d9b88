using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>The noise of one picture of a batch whose noise is drawn as a whole, as ComfyUI does. What a draw gives depends on its length, so all of it is drawn.</summary>
/// <param name="whole">Draws for all pictures.</param>
/// <param name="index">Which picture, from 0.</param>
/// <param name="size">Number of pictures.</param>
public sealed class BatchNoise(INoiseSource whole, int index, int size) : INoiseSource
{
    public Latent Next(int channels, int height, int width)
    {
        int length = checked(channels * height * width);
        ReadOnlySpan<float> all = whole.Next(checked(channels * size), height, width).Values;
        return new Latent(channels, height, width, all.Slice(index * length, length).ToArray());
    }
}
