namespace SdStudio.Storage.Wildcards;

/// <summary>A list of options, one a line, that a prompt draws from by its name.</summary>
/// <param name="Name">Path below the folder with forward slashes, without <c>.txt</c>: <c>animals/birds</c>.</param>
/// <param name="Options">Lines that are neither empty nor comments.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Problem">Why nothing can be drawn from it; null when it can.</param>
public sealed record WildcardFile(string Name, int Options, long Bytes, string? Problem);
