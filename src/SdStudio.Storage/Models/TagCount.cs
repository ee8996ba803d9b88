namespace SdStudio.Storage.Models;

/// <summary>A caption of training pictures.</summary>
/// <param name="Count">How many pictures had it, repeats counted.</param>
public sealed record TagCount(string Tag, long Count);
