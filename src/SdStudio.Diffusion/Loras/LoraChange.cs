using System.Collections.Immutable;

namespace SdStudio.Diffusion.Loras;

/// <summary>What one weight gains by one LoRA or several, in their order. Two are equal where the same open LoRAs change it by the same strengths.</summary>
public sealed class LoraChange : IEquatable<LoraChange>
{
    private readonly ImmutableArray<(LoraDelta Delta, float Strength)> _parts;

    internal LoraChange(ImmutableArray<(LoraDelta Delta, float Strength)> parts)
    {
        _parts = parts;
    }

    /// <summary>Adds every LoRA's change to pristine values.</summary>
    /// <param name="weight">Row-major [out, in] or [out, in, kh, kw].</param>
    /// <exception cref="DiffusionException">A LoRA's values are no numbers, or its file was changed meanwhile.</exception>
    public void AddTo(Span<float> weight)
    {
        foreach ((LoraDelta delta, float strength) in _parts)
        {
            delta.AddTo(weight, strength);
        }
    }

    public bool Equals(LoraChange? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as LoraChange);

    public override int GetHashCode() => _parts.Aggregate(0, HashCode.Combine);

    /// <summary>The same with one LoRA more.</summary>
    internal LoraChange With(LoraDelta delta, float strength) => new(_parts.Add((delta, strength)));
}
