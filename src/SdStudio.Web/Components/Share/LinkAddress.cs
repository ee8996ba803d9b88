using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SdStudio.Web.Components.Share;

/// <summary>Where a share link opens: at the address under which its maker reached the studio.</summary>
public static class LinkAddress
{
    /// <param name="studio">The studio's address as the browser has it.</param>
    /// <param name="token">The link's token.</param>
    public static string Of(Uri studio, string token) => new Uri(studio, $"/s/{Uri.EscapeDataString(token)}").AbsoluteUri;

    /// <summary>Whether no other device can open a link at this address.</summary>
    public static bool IsThisComputerOnly(Uri studio)
    {
        ArgumentNullException.ThrowIfNull(studio);
        return studio.IsLoopback;
    }

    /// <summary>The same port under this computer's address in the home network; null when it has none.</summary>
    /// <param name="studio">The studio's address as the browser has it.</param>
    /// <param name="addresses">This computer's addresses, in the order of the system.</param>
    public static Uri? AtHome(Uri studio, IEnumerable<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(studio);
        ArgumentNullException.ThrowIfNull(addresses);
        IPAddress? home = addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .OrderByDescending(Rank)
            .FirstOrDefault();
        return home is null ? null : new UriBuilder(studio) { Host = home.ToString(), Path = "/", Query = "" }.Uri;
    }

    /// <summary>Addresses of the network cards that are up.</summary>
    public static IEnumerable<IPAddress> OfThisComputer() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .OrderByDescending(card => card.GetIPProperties().GatewayAddresses.Count > 0)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address);

    // Homes mostly have 192.168 addresses; 172.16 to 31 is what containers and virtual machines take.
    private static int Rank(IPAddress address) => address.GetAddressBytes() switch
    {
        [192, 168, ..] => 3,
        [10, ..] => 2,
        [169, 254, ..] => 0,
        _ => 1,
    };
}
