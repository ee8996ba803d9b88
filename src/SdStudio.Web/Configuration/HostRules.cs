using Microsoft.Extensions.Options;

namespace SdStudio.Web.Configuration;

/// <summary>What annotations cannot say about hosts: that each is one, and no address of a page.</summary>
internal sealed class HostRules : IValidateOptions<DownloadsOptions>
{
    public ValidateOptionsResult Validate(string? name, DownloadsOptions options)
    {
        string[] problems = [.. options.AllowedHosts
            .Select((host, index) => (Host: host, Index: index))
            .Where(entry => !IsHost(entry.Host))
            .Select(entry => $"Downloads:AllowedHosts:{entry.Index}: \"{entry.Host}\" is no host. Write example.org, *.example.org for all below it, or * for any.")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsHost(string? pattern) => pattern switch
    {
        "*" => true,
        ['*', '.', .. var below] => Uri.CheckHostName(below) == UriHostNameType.Dns,
        null => false,
        _ => Uri.CheckHostName(pattern) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6,
    };
}
