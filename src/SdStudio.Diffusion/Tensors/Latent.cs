using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Tensors;

/// <summary>
/// A small float32 array [channels, height, width], one picture in latent space. Values never change after construction,
/// so a latent may be handed to another thread; operators allocate, which is little beside one UNet call.
/// </summary>
public sealed class Latent
{
    private readonly float[] _values;

    /// <param name="values">Row-major [channels, height, width]; owned by the latent from here on.</param>
    public Latent(int channels, int height, int width, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, channels * height * width);
        (Channels, Height, Width, _values) = (channels, height, width, values);
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public ReadOnlySpan<float> Values => _values;

    public static Latent operator +(Latent a, Latent b)
    {
        float[] sum = new float[a.Sized(b)];
        TensorPrimitives.Add(a._values, b._values, sum);
        return a.With(sum);
    }

    public static Latent operator -(Latent a, Latent b)
    {
        float[] difference = new float[a.Sized(b)];
        TensorPrimitives.Subtract(a._values, b._values, difference);
        return a.With(difference);
    }

    public static Latent operator *(Latent a, float scale)
    {
        ArgumentNullException.ThrowIfNull(a);
        float[] product = new float[a._values.Length];
        TensorPrimitives.Multiply(a._values, scale, product);
        return a.With(product);
    }

    public static Latent operator *(float scale, Latent a) => a * scale;

    public static Latent operator /(Latent a, float divisor)
    {
        ArgumentNullException.ThrowIfNull(a);
        float[] quotient = new float[a._values.Length];
        TensorPrimitives.Divide(a._values, divisor, quotient);
        return a.With(quotient);
    }

    /// <summary>A latent of the same shape with other values, which it owns from here on.</summary>
    public Latent With(float[] values) => new(Channels, Height, Width, values);

    /// <summary>The channels of both, one after the other.</summary>
    /// <param name="other">Of the same height and width.</param>
    public Latent Beside(Latent other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Height == Height && other.Width == Width
            ? new Latent(Channels + other.Channels, Height, Width, [.. _values, .. other._values])
            : throw new ArgumentException($"Latents differ in size: {Height}x{Width} and {other.Height}x{other.Width}.", nameof(other));
    }

    /// <summary>Whether every value is a number; a network that overflowed answers with NaN or infinity.</summary>
    public bool IsFinite()
    {
        // A sum is finite only if all terms are; doubles, so that large finite terms cannot overflow it.
        double sum = 0;
        foreach (float value in _values)
        {
            sum += value * 0.0;
        }

        return sum == 0;
    }

    private int Sized(Latent other) =>
        other.Channels == Channels && other.Height == Height && other.Width == Width
            ? _values.Length
            : throw new ArgumentException($"Latents differ in shape: {Channels}x{Height}x{Width} and {other.Channels}x{other.Height}x{other.Width}.", nameof(other));
}
