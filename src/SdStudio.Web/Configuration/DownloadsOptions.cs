using System.ComponentModel.DataAnnotations;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Downloads</c>: what the studio may ask of the internet. It asks for nothing but what the owner orders.</summary>
public sealed class DownloadsOptions
{
    /// <summary>No request leaves this machine, for whatever purpose.</summary>
    public bool Offline { get; set; }

    /// <summary>Hosts that may be asked and redirected to: a name, <c>*.example.org</c> for all below it, or <c>*</c> for any public one. Addresses of home networks never are.</summary>
    [Required, MinLength(1)]
    public IList<string> AllowedHosts { get; set; } = ["*"];

    /// <summary>Plain HTTP too, where anybody on the way can read and change what is sent.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>The largest file that is fetched, gigabytes.</summary>
    [Range(0.1, 10_000d)]
    public double LargestFileGigabytes { get; set; } = 100;

    /// <summary>What stays free on the disk, gigabytes.</summary>
    [Range(0d, 10_000d)]
    public double SpaceToLeaveGigabytes { get; set; } = 1;

    /// <summary>Longest silence of a server, seconds.</summary>
    [Range(5, 600)]
    public int SilenceSeconds { get; set; } = 60;

    /// <summary>How often a broken connection is taken up again while nothing more arrives.</summary>
    [Range(0, 100)]
    public int Retries { get; set; } = 5;

    /// <summary>Key of an account at Hugging Face, for models behind terms; sent to that host alone. The environment variable <c>Downloads__HuggingFaceToken</c> keeps it out of the file.</summary>
    public string? HuggingFaceToken { get; set; }

    /// <summary>Key of an account at Civitai; sent to that host alone.</summary>
    public string? CivitaiToken { get; set; }

    internal DownloadSettings ToSettings() => new()
    {
        Offline = Offline,
        AllowedHosts = [.. AllowedHosts],
        AllowHttp = AllowHttp,
        LargestFile = (long)(LargestFileGigabytes * 1e9),
        SpaceToLeave = (long)(SpaceToLeaveGigabytes * 1e9),
        SilenceLimit = TimeSpan.FromSeconds(SilenceSeconds),
        Retries = Retries,
        Tokens = HostToken.Of(HuggingFaceToken, CivitaiToken),
    };

    internal TokenizerDownloadSettings ToTokenizerSettings() => new()
    {
        Offline = Offline,
        AllowedHosts = [.. AllowedHosts],
        SilenceLimit = TimeSpan.FromSeconds(SilenceSeconds),
    };
}
