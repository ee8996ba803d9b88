using System.Text.Json;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>Plays the network and the noise of a sampler case, and checks that they are asked for what the case lists.</summary>
internal sealed class GoldenCalls
{
    private readonly float[]? _sigmas;
    private readonly float[] _timesteps;
    private readonly float _sigmaTolerance;
    private readonly JsonElement _noiseArguments;
    private readonly float[] _noise;
    private readonly Denoiser _denoise;
    private readonly Func<float, float>? _timestepOf;
    private int _calls;

    /// <param name="prediction">What the case's network predicts.</param>
    /// <param name="timesteps">In the order of the calls.</param>
    /// <param name="timestepOf">What they should be; null where the case goes by another table.</param>
    /// <param name="sigmaTolerance">Relative.</param>
    public GoldenCalls(JsonElement golden, GoldenTensors tensors, string id, string prediction, float[] timesteps, Func<float, float>? timestepOf, float sigmaTolerance)
    {
        _sigmas = golden.TryGetProperty("model_sigma", out JsonElement sigmas) ? Floats(sigmas) : null;
        (_timesteps, _timestepOf, _sigmaTolerance) = (timesteps, timestepOf, sigmaTolerance);
        _noise = tensors.Contains($"{id}/noise") ? tensors.Floats($"{id}/noise") : [];
        golden.TryGetProperty("noise_args_sigma_from_to", out _noiseArguments);
        _denoise = prediction switch
        {
            "epsilon" => Prediction.EpsilonToDenoiser(Network, Timestep),
            "flow" => (x, sigma) => x - (Network(x, Timestep(sigma)) * sigma),
            _ => Prediction.VelocityToDenoiser(Network, Timestep),
        };
    }

    /// <summary>What the denoiser was asked about, one after the other.</summary>
    public List<float> Inputs { get; } = [];

    /// <summary>The same as the network saw it, at unit variance.</summary>
    public List<float> NetworkInputs { get; } = [];

    /// <summary>Draws of noise so far.</summary>
    public int Draws { get; private set; }

    public static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetSingle())];

    public Latent Denoise(Latent x, float sigma)
    {
        if (_sigmas is not null)
        {
            Assert.Equal(_sigmas[_calls], sigma, _sigmas[_calls] * _sigmaTolerance);
        }

        Inputs.AddRange(x.Values);
        return _denoise(x, sigma);
    }

    public Latent Noise(float sigma, float sigmaNext)
    {
        if (_noiseArguments.ValueKind == JsonValueKind.Array && _noiseArguments[Draws].ValueKind == JsonValueKind.Array)
        {
            float from = _noiseArguments[Draws][0].GetSingle(), to = _noiseArguments[Draws][1].GetSingle();
            Assert.Equal(from, sigma, from * _sigmaTolerance);
            Assert.Equal(to, sigmaNext, to * _sigmaTolerance);
        }

        return new Latent(4, 4, 4, _noise.AsSpan(Draws++ * 64, 64).ToArray());
    }

    /// <param name="mayDrawNone">Whether noise would have no effect: the reference often draws it all the same and throws it away.</param>
    public void AssertAllMade(bool mayDrawNone)
    {
        Assert.Equal(_timesteps.Length, _calls);
        if (Draws > 0 || !mayDrawNone)
        {
            Assert.Equal(_noise.Length / 64, Draws);
        }
    }

    private Latent Network(Latent x, float timestep)
    {
        NetworkInputs.AddRange(x.Values);
        return StandInNetwork.Predict(x, timestep);
    }

    private float Timestep(float sigma)
    {
        float listed = _timesteps[_calls++];
        if (_timestepOf is not null)
        {
            // Interpolated timesteps are as exact as the float32 logarithms of the reference.
            Assert.Equal(listed, _timestepOf(sigma), 2e-3f);
        }

        return listed;
    }
}
