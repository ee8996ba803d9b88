namespace SdStudio.Storage.Data;

/// <summary>A name that a model has or had, by which pictures know it.</summary>
internal sealed class ModelNameRow
{
    public long ProfileId { get; set; }

    public required string Name { get; set; }
}
