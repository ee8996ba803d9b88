using System.ComponentModel.DataAnnotations;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Server</c>: where the studio listens and to whom it answers.</summary>
public sealed class ServerOptions
{
    /// <summary><c>*</c> for every address of this machine, or one address such as <c>127.0.0.1</c>. <c>--urls</c> goes before it.</summary>
    [Required]
    public string Address { get; set; } = "*";

    [Range(1, 65535)]
    public int Port { get; set; } = 5180;

    /// <summary>
    /// More names under which the studio is reached, such as <c>pictures.example.org</c> or <c>*.example.org</c>. This machine's name,
    /// <c>*.local</c>, <c>localhost</c> and addresses of private networks need no entry.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>Largest request body, in kilobytes; nothing bigger than a form is sent to the studio yet.</summary>
    [Range(16, 1_000_000)]
    public int MaxBodyKilobytes { get; set; } = 1024;

    /// <summary>How many requests for shared pictures one address may make in a minute.</summary>
    [Range(10, 100_000)]
    public int SharedRequestsPerMinute { get; set; } = 300;
}
