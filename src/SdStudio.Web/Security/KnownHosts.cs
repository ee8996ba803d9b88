using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Security;

/// <summary>
/// The names under which this server answers. A page elsewhere can point its own name at a home address (DNS rebinding) and would
/// then be "same origin" with us; asking for the name stops it.
/// </summary>
internal sealed class KnownHosts(IOptions<ServerOptions> options)
{
    // What routers at home append to a computer's name.
    private static readonly string[] s_homeDomains = ["local", "lan", "home", "home.arpa", "internal", "localdomain", "fritz.box"];

    private readonly string[] _configured = options.Value.AllowedHosts.ToArray();
    private readonly string _machine = Environment.MachineName.Split('.')[0];

    /// <param name="host">Name or address as in the URL, without the port.</param>
    public bool Allows(string host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return false;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? IsAtHome(address) || _configured.Any(pattern => Matches(pattern, host))
            : IsOwnName(host.TrimEnd('.')) || _configured.Any(pattern => Matches(pattern, host.TrimEnd('.')));
    }

    private bool IsOwnName(string host) =>
        Same(host, "localhost")
        || EndsWith(host, ".localhost")
        // Names under .local are answered by the neighbours themselves (mDNS), never by a name server of the internet.
        || EndsWith(host, ".local")
        || Same(host, _machine)
        || s_homeDomains.Any(domain => Same(host, $"{_machine}.{domain}"));

    /// <summary>
    /// An address in the URL cannot be pointed elsewhere, so those of private networks are fine (in a container the host's
    /// address is none of ours); of the public ones only this machine's own.
    /// </summary>
    private static bool IsAtHome(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return IPAddress.IsLoopback(address) || IsPrivate(address) || IsOwnAddress(address);
    }

    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        }

        byte[] bytes = address.GetAddressBytes();
        return bytes[0] == 10
            || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31)
            || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 169 && bytes[1] == 254)
            // Shared address space, which private overlay networks use.
            || (bytes[0] == 100 && bytes[1] is >= 64 and <= 127);
    }

    private static bool IsOwnAddress(IPAddress address) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Any(own => own.Address.Equals(address));

    private static bool Matches(string pattern, string host) =>
        pattern == "*"
        || Same(pattern, host)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && EndsWith(host, pattern[1..]));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool EndsWith(string host, string suffix) => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
