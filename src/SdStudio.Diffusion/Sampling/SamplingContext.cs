using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>What a sampler may use besides the network: noise, its options, and the place to report steps.</summary>
public sealed class SamplingContext
{
    private readonly Action<int, Latent>? _report;

    /// <param name="noise">Standard normal noise for the step from one sigma to the next; every call is a new draw.</param>
    /// <param name="report">Receives the index of the step that has begun and its denoised estimate.</param>
    public SamplingContext(Func<float, float, Latent> noise, Action<int, Latent>? report, CancellationToken cancellationToken)
    {
        Noise = noise;
        _report = report;
        CancellationToken = cancellationToken;
    }

    public Func<float, float, Latent> Noise { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>Amount of fresh noise per step: 1 is fully ancestral, 0 deterministic.</summary>
    public float Eta { get; init; } = 1;

    /// <summary>Factor on every draw of noise ("s_noise").</summary>
    public float NoiseScale { get; init; } = 1;

    /// <summary>Noise that is added before steps, over all of them ("s_churn"); 0 adds none.</summary>
    public float Churn { get; init; }

    /// <summary>Lowest sigma at which <see cref="Churn"/> acts ("s_tmin").</summary>
    public float ChurnMin { get; init; }

    /// <summary>Highest sigma at which <see cref="Churn"/> acts ("s_tmax").</summary>
    public float ChurnMax { get; init; } = float.PositiveInfinity;

    /// <summary>How many estimates a multistep rule combines, at least 1; null leaves it to the sampler.</summary>
    public int? Order { get; init; }

    /// <summary>The model's process, for rules that are stated in its timesteps.</summary>
    public NoiseLevels Levels { get; init; } = NoiseLevels.StableDiffusion;

    /// <summary>
    /// Every sampler calls this once a step, as soon as the estimate is known. One that chooses its own steps names the last step of the
    /// schedule that it has come to, so the index may stand still.
    /// </summary>
    /// <exception cref="OperationCanceledException">The picture was cancelled.</exception>
    public void Report(int step, Latent denoised)
    {
        CancellationToken.ThrowIfCancellationRequested();
        _report?.Invoke(step, denoised);
    }
}
