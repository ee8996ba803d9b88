namespace SdStudio.Storage.Models;

/// <summary>Where the CLIP tokenizer comes from, and how long to wait for it.</summary>
public sealed record TokenizerDownloadSettings
{
    /// <summary>The folder that holds vocab.json and merges.txt; HTTPS, or HTTP on this machine.</summary>
    public Uri Source { get; init; } = new("https://huggingface.co/openai/clip-vit-large-patch14/resolve/main/");

    /// <summary>No request leaves this machine; a download says so.</summary>
    public bool Offline { get; init; }

    /// <summary>Hosts that may be asked and redirected to; see <see cref="Downloads.DownloadSettings.AllowedHosts"/>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = ["*"];

    /// <summary>Longest silence of the server, before the answer and within it.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For each of the two files.</summary>
    public TimeSpan FileLimit { get; init; } = TimeSpan.FromMinutes(10);
}
