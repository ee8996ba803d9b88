namespace SdStudio.Cli;

/// <summary>What changing LoRAs cost. Times are seconds, memory is bytes.</summary>
internal sealed record LoraBenchReport
{
    public required string Name { get; init; }

    /// <summary>How many of the model's weights it changes.</summary>
    public required int Weights { get; init; }

    /// <summary>Finding the weight of every key, once a LoRA.</summary>
    public required double MatchSeconds { get; init; }

    /// <summary>Median of merging it at another strength; the same as changing the strength of one that is merged.</summary>
    public required double MergeSeconds { get; init; }

    /// <summary>Median of bringing back the file's weights.</summary>
    public required double RestoreSeconds { get; init; }

    /// <summary>How often it was merged and taken out.</summary>
    public required int Switches { get; init; }

    /// <summary>The process's own memory after the first; null where the system does not tell.</summary>
    public required long? PrivateBytesAfterFirst { get; init; }

    /// <inheritdoc cref="PrivateBytesAfterFirst"/>
    public required long? PrivateBytesAfterLast { get; init; }
}
