namespace SdStudio.Storage.Models.Downloads;

/// <summary>The key of an account at one host.</summary>
/// <param name="Host">As in an address: "huggingface.co".</param>
/// <param name="Value">The key itself; it stands in no message, log or file.</param>
public sealed record HostToken(string Host, string Value)
{
    /// <summary>The keys of the two sites that are known by name, as the settings hold them; empty ones are left out.</summary>
    public static IReadOnlyList<HostToken> Of(string? huggingFace, string? civitai) =>
        [.. new HostToken[] { new("huggingface.co", huggingFace?.Trim() ?? ""), new("civitai.com", civitai?.Trim() ?? "") }.Where(token => token.Value.Length > 0)];

    public override string ToString() => $"the key for {Host}";
}
