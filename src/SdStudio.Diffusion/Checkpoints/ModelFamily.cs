namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One row of <see cref="ModelFamilies"/>: how a kind of model is recognised, and what its members share. A sign that is null is not asked for.</summary>
/// <param name="Key">Short and stable, such as <c>sd1</c>.</param>
/// <param name="Label">As the field writes it, such as "Stable Diffusion 1.x".</param>
public sealed record ModelFamily(string Key, string Label)
{
    /// <summary>Sign: some weight's name begins like this.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Sign: some weight's name has this in it.</summary>
    public string? NamePart { get; init; }

    /// <summary>How the class that a folder's <c>model_index.json</c> names begins; null where no folder is recognised by that.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Sign: whether there is a UNet at all.</summary>
    public bool? HasUNet { get; init; }

    /// <summary>Sign: channels that the UNet takes in.</summary>
    public int? InputChannels { get; init; }

    /// <summary>Sign: width of the text conditioning.</summary>
    public int? ContextWidth { get; init; }

    /// <summary>Sign: whether the UNet's transformers begin with a linear layer instead of a 1x1 convolution.</summary>
    public bool? HasLinearProjection { get; init; }

    /// <summary>Sign: whether more than the timestep is added to every block of the UNet.</summary>
    public bool? HasLabelEmbedding { get; init; }

    /// <summary>Why it is not run, for the person who chose it; null where it is.</summary>
    public string? Refusal { get; init; }

    /// <summary>Why it makes no pictures from words alone, although it can be opened; null where it does.</summary>
    public string? PictureRefusal { get; init; }

    /// <summary>Whether its UNet is also told a mask and the picture around it. From words alone it paints the whole of an empty picture.</summary>
    public bool IsInpainting { get; init; }

    /// <summary>What it does otherwise than people expect, for whoever chooses it; null for most.</summary>
    public string? Remark { get; init; }

    /// <summary>Null where it is not run.</summary>
    public FamilyDefaults? Defaults { get; init; }

    /// <summary>Whether this program opens it.</summary>
    public bool IsSupported => Refusal is null;

    internal bool Matches(ModelTraits traits) =>
        (NamePrefix is null || traits.Names.Any(name => name.StartsWith(NamePrefix, StringComparison.Ordinal)))
        && (NamePart is null || traits.Names.Any(name => name.Contains(NamePart, StringComparison.Ordinal)))
        && (HasUNet is null || HasUNet == traits.InputChannels is not null)
        && (InputChannels is null || InputChannels == traits.InputChannels)
        && (ContextWidth is null || ContextWidth == traits.ContextWidth)
        && (HasLinearProjection is null || HasLinearProjection == traits.HasLinearProjection)
        && (HasLabelEmbedding is null || HasLabelEmbedding == traits.HasLabelEmbedding);
}
