namespace SdStudio.Storage.Data;

/// <summary>A plot: what its pictures differ in, and which of them are still to be made. The pictures themselves name it.</summary>
internal sealed class PlotRow
{
    public long Id { get; set; }

    public required string Owner { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>See <see cref="Plots.PlotState"/>.</summary>
    public required int State { get; set; }

    /// <summary>Recipe and axes as JSON.</summary>
    public required string Definition { get; set; }

    /// <summary>Cells that no job was made for yet, in the order of making, as a JSON array.</summary>
    public required string Remaining { get; set; }

    /// <summary>Why cells have no picture, by cell, as a JSON object.</summary>
    public required string Failures { get; set; }
}
