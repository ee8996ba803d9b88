using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>The formula that the sampler goldens use in place of a network; it is evaluated in double and rounded once.</summary>
internal static class StandInNetwork
{
    public static Latent Predict(Latent x, float timestep)
    {
        float[] values = new float[x.Values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            double v = x.Values[k];
            values[k] = (float)((0.8 * v) + (0.15 * v / (1 + (v * v))) + (0.3 * Math.Sin(0.01 * timestep) * Math.Cos((0.7 * k) + 0.3)));
        }

        return x.With(values);
    }
}
