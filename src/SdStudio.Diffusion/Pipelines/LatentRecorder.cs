using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// Watches a pipeline's reports and keeps what <see cref="PictureTrace.Latents"/> asks for. Denoised estimates and not the noisy latents, since
/// every sampler reports those. It only holds on to four latents, and hashes them when it is asked: nothing that a step would feel.
/// </summary>
public sealed class LatentRecorder
{
    private (int Step, Latent Latent)? _noise, _first, _middle, _last;

    /// <summary>Of the first noise, the first, the middle and the last step, without repetition.</summary>
    public ImmutableArray<LatentHash> Hashes =>
    [
        .. new[] { _noise, _first, _middle, _last }
            .Where(kept => kept is not null)
            .DistinctBy(kept => kept!.Value.Step)
            .Select(kept => new LatentHash(kept!.Value.Step, HashOf(kept.Value.Latent))),
    ];

    public void See(StepProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Denoised is not { } latent)
        {
            return;
        }

        if (progress.Step == 0)
        {
            (_noise, _first, _middle, _last) = ((0, latent), null, null, null);
            return;
        }

        _first ??= (progress.Step, latent);
        // A sampler that chooses its own steps may pass over the middle one.
        _middle ??= progress.Step >= (progress.Steps + 1) / 2 ? (progress.Step, latent) : null;
        _last = (progress.Step, latent);
    }

    private static string HashOf(Latent latent) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(latent.Values)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
