using System.Net;
using System.Net.Sockets;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Tells addresses of the public internet from those of this machine, its network and everything reserved.</summary>
internal static class PublicAddress
{
    // IANA's registries of special-purpose addresses, as far as they are not globally reachable.
    private static readonly IPNetwork[] s_reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    // Global unicast is 2000::/3; within it, what is a tunnel (which can carry any IPv4 address) or documentation.
    private static readonly IPNetwork s_unicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork s_translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork[] s_reservedUnicast =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !s_reserved.Any(network => network.Contains(address));
        }

        // Networks without IPv4 reach its addresses through a translator, which is as safe as the address within.
        return s_translated.Contains(address)
            ? IsPublic(new IPAddress(address.GetAddressBytes()[12..]))
            : s_unicast.Contains(address) && !s_reservedUnicast.Any(network => network.Contains(address));
    }
}
