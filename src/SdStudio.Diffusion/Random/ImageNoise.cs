using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>
/// The noise of one picture as its recipe wants it: the first draw with variation and seed resize, as A1111 makes it; later draws for samplers
/// that add noise on the way.
/// </summary>
public sealed class ImageNoise : INoiseSource
{
    private readonly long _seed;
    private readonly NoiseSettings _settings;
    private readonly int _factor;
    private INoiseSource _generator;
    private bool _hasBegun;

    /// <param name="factor">Pixels of a side for one of the latent.</param>
    public ImageNoise(long seed, NoiseSettings settings, int factor = 8)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        (_seed, _settings, _factor) = (seed, settings, factor);
        _generator = Start(settings.Source, seed);
    }

    public Latent Next(int channels, int height, int width)
    {
        if (_hasBegun)
        {
            return _generator.Next(channels, height, width);
        }

        _hasBegun = true;
        Latent first = First(channels, height, width);
        if (_settings.StepSeedDelta != 0 || _settings.StepSource is not null)
        {
            _generator = Start(_settings.StepSource ?? _settings.Source, _seed + _settings.StepSeedDelta);
        }

        return first;
    }

    private Latent First(int channels, int height, int width)
    {
        (int oldHeight, int oldWidth) = (_settings.ResizeFromHeight / _factor, _settings.ResizeFromWidth / _factor);
        bool isResized = oldHeight > 0 && oldWidth > 0 && (oldHeight != height || oldWidth != width);
        Latent noise = isResized ? Start(_settings.Source, _seed).Next(channels, oldHeight, oldWidth) : _generator.Next(channels, height, width);
        if (_settings.VariationStrength != 0)
        {
            Latent variation = Start(_settings.Source, _settings.VariationSeed).Next(channels, noise.Height, noise.Width);
            noise = Between(noise, variation, _settings.VariationStrength);
        }

        return isResized ? Paste(noise, _generator.Next(channels, height, width)) : noise;
    }

    private INoiseSource Start(NoiseSource source, long seed) =>
        _settings.BatchSize > 1 ? new BatchNoise(source.Start(seed), _settings.BatchIndex, _settings.BatchSize) : source.Start(seed);

    /// <summary>
    /// Spherical interpolation (Shoemake 1985) of each column of each channel by itself: A1111 means the whole picture, but normalises over the height,
    /// and mixes up the two where they are all but parallel. Pictures have been made that way.
    /// </summary>
    private static Latent Between(Latent from, Latent to, float share)
    {
        (int rows, int columns) = (from.Height, from.Width);
        double[] angles = new double[from.Channels * columns];
        double sum = 0;
        for (int column = 0; column < angles.Length; column++)
        {
            int start = (column / columns * rows * columns) + (column % columns);
            double dot = 0, fromSquare = 0, toSquare = 0;
            for (int i = start; i < start + (rows * columns); i += columns)
            {
                dot += (double)from.Values[i] * to.Values[i];
                fromSquare += (double)from.Values[i] * from.Values[i];
                toSquare += (double)to.Values[i] * to.Values[i];
            }

            dot /= Math.Sqrt(fromSquare) * Math.Sqrt(toSquare);
            sum += dot;
            angles[column] = Math.Acos(Math.Clamp(dot, -1, 1));
        }

        if (sum / angles.Length > 0.9995)
        {
            return (from * share) + (to * (1 - share));
        }

        float[] values = new float[from.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double angle = angles[(i / (rows * columns) * columns) + (i % columns)];
            values[i] = (float)(((Math.Sin((1 - share) * angle) * from.Values[i]) + (Math.Sin(share * angle) * to.Values[i])) / Math.Sin(angle));
        }

        return from.With(values);
    }

    /// <summary>Lays the old noise on the middle of the new; what is larger is cut.</summary>
    private static Latent Paste(Latent old, Latent under)
    {
        (int down, int right) = (FloorHalf(under.Height - old.Height), FloorHalf(under.Width - old.Width));
        int height = old.Height + (2 * Math.Min(down, 0)), width = old.Width + (2 * Math.Min(right, 0));
        float[] values = under.Values.ToArray();
        for (int channel = 0; channel < old.Channels; channel++)
        {
            for (int row = 0; row < height; row++)
            {
                int from = (((channel * old.Height) + row + Math.Max(-down, 0)) * old.Width) + Math.Max(-right, 0);
                int to = (((channel * under.Height) + row + Math.Max(down, 0)) * under.Width) + Math.Max(right, 0);
                old.Values.Slice(from, width).CopyTo(values.AsSpan(to));
            }
        }

        return under.With(values);
    }

    private static int FloorHalf(int difference) => difference >> 1;
}
