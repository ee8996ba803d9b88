namespace SdStudio.Storage.Plots;

/// <summary>How the values of an axis are written.</summary>
public enum AxisKind
{
    /// <summary>Whole numbers and ranges of them.</summary>
    Whole,

    /// <summary>Numbers and ranges of them.</summary>
    Fraction,

    /// <summary>Names of a list.</summary>
    Names,

    /// <summary>Any words.</summary>
    Words,

    /// <summary>The first words are sought, and all of them put in their place.</summary>
    Replacement,

    /// <summary>A LoRA and its weights: <c>name: 0.5, 0.8</c>.</summary>
    LoraWeights,
}
