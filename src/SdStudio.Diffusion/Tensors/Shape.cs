using System.Collections.Immutable;

namespace SdStudio.Diffusion.Tensors;

/// <summary>Dimensions of a tensor, outermost first.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<long> _dimensions;

    public Shape(params ReadOnlySpan<long> dimensions)
    {
        _dimensions = [.. dimensions];
    }

    public ReadOnlySpan<long> Dimensions => _dimensions.IsDefault ? [] : _dimensions.AsSpan();

    public int Rank => Dimensions.Length;

    public long this[int axis] => Dimensions[axis];

    /// <summary>Number of elements; 1 for a scalar.</summary>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dimension in Dimensions)
            {
                count = checked(count * dimension);
            }

            return count;
        }
    }

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (long dimension in Dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", Dimensions.ToArray())}]";
}
