namespace SdStudio.Storage.Models.Downloads;

/// <summary>What the studio may ask of the internet, and how patiently.</summary>
public sealed record DownloadSettings
{
    /// <summary>No request leaves this machine.</summary>
    public bool Offline { get; init; }

    /// <summary>Hosts that may be asked and redirected to: a name, <c>*.example.org</c> for all below it, or <c>*</c> for any public one.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = ["*"];

    /// <summary>Plain HTTP too, where anybody on the way can read and change what is sent.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Bytes; the largest file that is fetched.</summary>
    public long LargestFile { get; init; } = 100_000_000_000;

    /// <summary>Bytes that stay free on the disk.</summary>
    public long SpaceToLeave { get; init; } = 1_000_000_000;

    /// <summary>Longest silence of a server, before its answer and within it.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a broken connection is taken up again while nothing more arrives.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Before the first of them; doubled for each next one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Keys of accounts, each sent to its own host alone.</summary>
    public IReadOnlyList<HostToken> Tokens { get; init; } = [];

    /// <summary>Where repositories are asked for.</summary>
    public Uri HuggingFace { get; init; } = new("https://huggingface.co/");

    /// <summary>Where models of Civitai are asked for.</summary>
    public Uri Civitai { get; init; } = new("https://civitai.com/");

    /// <summary>For tests alone, whose server is on this machine: no setting leads here.</summary>
    internal bool AllowsThisMachine { get; init; }

    /// <summary>For tests alone: how many bytes are free; null asks the disk.</summary>
    internal Func<string, long?>? FreeSpace { get; init; }
}
