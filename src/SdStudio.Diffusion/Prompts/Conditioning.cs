namespace SdStudio.Diffusion.Prompts;

/// <summary>A prompt as the UNet reads it.</summary>
/// <param name="Values">[tokens, dimension] for its cross-attention, row-major; tokens is 77 for each chunk.</param>
/// <param name="Tokens">A multiple of 77.</param>
/// <param name="Dimension">The UNet's cross-attention dimension.</param>
public sealed record Conditioning(float[] Values, int Tokens, int Dimension)
{
    /// <summary>One vector for the whole text; null where the model's text encoders make none.</summary>
    public float[]? Pooled { get; init; }

    /// <summary>What the UNet is told beside the timestep; null where it is told nothing.</summary>
    public float[]? Label { get; init; }

    /// <summary>The vectors of two text encoders side by side, token by token.</summary>
    /// <exception cref="ArgumentException">They have not the same number of tokens.</exception>
    public Conditioning Beside(Conditioning second)
    {
        ArgumentNullException.ThrowIfNull(second);
        if (second.Tokens != Tokens)
        {
            throw new ArgumentException($"{Tokens} tokens cannot stand beside {second.Tokens}.", nameof(second));
        }

        int dimension = Dimension + second.Dimension;
        float[] values = new float[Tokens * dimension];
        for (int token = 0; token < Tokens; token++)
        {
            Span<float> row = values.AsSpan(token * dimension, dimension);
            Values.AsSpan(token * Dimension, Dimension).CopyTo(row);
            second.Values.AsSpan(token * second.Dimension, second.Dimension).CopyTo(row[Dimension..]);
        }

        return new Conditioning(values, Tokens, dimension) { Pooled = second.Pooled ?? Pooled };
    }

    /// <summary>No text at all, of the same size.</summary>
    public Conditioning Zeroed() => this with { Values = new float[Values.Length], Pooled = Pooled is null ? null : new float[Pooled.Length] };
}
