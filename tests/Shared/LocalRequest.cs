namespace SdStudio.Tests;

/// <summary>What a client asked the <see cref="LocalServer"/>.</summary>
/// <param name="Path">With its query.</param>
/// <param name="Headers">By name, in any case.</param>
internal sealed record LocalRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>Where the wanted bytes begin: the 7 of "bytes=7-"; null without a range.</summary>
    public int? From => this["Range"] is { } range ? int.Parse(range["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture) : null;
}
