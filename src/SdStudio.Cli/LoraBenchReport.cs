namespace SdStudio.Cli;

/// <summary>What changing LoRAs cost. Times are seconds, memory is bytes.</summary>
internal sealed record LoraBenchReport
{
    public string Name { get; init; } = "";

    /// <summary>How many of the model's weights they change.</summary>
    public required int Weights { get; init; }

    /// <summary>Finding the weight of every key, once a LoRA.</summary>
    public double MatchSeconds { get; init; }

    /// <summary>Median of merging all into the file's weights.</summary>
    public required double MergeSeconds { get; init; }

    /// <summary>Median of changing the last one's strength while the others stay; null where there is only one, for which it is the same as merging.</summary>
    public required double? ChangeLastSeconds { get; init; }

    /// <summary>Median of bringing back the file's weights.</summary>
    public required double RestoreSeconds { get; init; }

    /// <summary>How often they were merged and taken out.</summary>
    public required int Switches { get; init; }

    /// <summary>The process's own memory after the first; null where the system does not tell.</summary>
    public required long? PrivateBytesAfterFirst { get; init; }

    /// <inheritdoc cref="PrivateBytesAfterFirst"/>
    public required long? PrivateBytesAfterLast { get; init; }
}
