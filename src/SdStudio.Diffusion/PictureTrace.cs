using System.Collections.Immutable;

namespace SdStudio.Diffusion;

/// <summary>
/// What a picture remembers of its making beside its recipe: on what it was made, from which files, and what its latent was on the way. A later
/// try that comes out otherwise is held against it. Whatever is not known is null.
/// </summary>
public sealed record PictureTrace
{
    /// <summary>Of the first noise, and of the denoised estimates of the first, the middle and the last step; in order.</summary>
    public ImmutableArray<LatentHash> Latents
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>What ran the networks: "Cpu", "Cuda".</summary>
    public string? Provider { get; init; }

    /// <summary>Of the UNet's numbers: "Float32".</summary>
    public string? Precision { get; init; }

    /// <summary>Version of ONNX Runtime.</summary>
    public string? Runtime { get; init; }

    /// <summary>Which instructions the processor offers: on a CPU they decide how sums are rounded. "X64, 512 bits".</summary>
    public string? Processor { get; init; }

    /// <summary>First ten digits of the SHA-256 of the model's file.</summary>
    public string? ModelHash { get; init; }

    /// <summary>Short hashes of the LoRAs by name, as far as they were known.</summary>
    public ImmutableSortedDictionary<string, string> LoraHashes
    {
        get;
        init => field = value ?? ImmutableSortedDictionary<string, string>.Empty;
    } = ImmutableSortedDictionary<string, string>.Empty;

    // Arrays and dictionaries know only their identity.
    public bool Equals(PictureTrace? other) =>
        other is not null
        && Latents.AsSpan().SequenceEqual(other.Latents.AsSpan())
        && Provider == other.Provider && Precision == other.Precision && Runtime == other.Runtime && Processor == other.Processor && ModelHash == other.ModelHash
        && LoraHashes.SequenceEqual(other.LoraHashes);

    public override int GetHashCode() => HashCode.Combine(Latents.Length, Provider, Precision, Runtime, Processor, ModelHash, LoraHashes.Count);

    /// <summary>The hash at a step; null where none was kept.</summary>
    public string? HashAt(int step) => Latents.FirstOrDefault(latent => latent.Step == step)?.Hash;
}
