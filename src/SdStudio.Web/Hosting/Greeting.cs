using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SdStudio.Web.Hosting;

/// <summary>The line that a newcomer waits for: where to open the studio, on this machine and on the others at home.</summary>
internal static class Greeting
{
    /// <param name="bound">Addresses that the server listens on, such as <c>http://[::]:5180</c>.</param>
    public static string For(IEnumerable<string> bound, IPAddress? home)
    {
        List<string> here = [], others = [];
        foreach (string address in bound)
        {
            BindingAddress binding = BindingAddress.Parse(address);
            string port = (binding.Scheme, binding.Port) is ("http", 80) or ("https", 443) ? "" : $":{binding.Port}";
            string host = binding.Host.Trim('[', ']');
            bool isEverywhere = host is "*" or "+" or "0.0.0.0" or "::";
            here.Add(isEverywhere ? $"{binding.Scheme}://localhost{port}" : $"{binding.Scheme}://{binding.Host}{port}");
            if (isEverywhere && home is not null)
            {
                others.Add($"{binding.Scheme}://{home}{port}");
            }
        }

        string greeting = $"SdStudio is ready: {string.Join(", ", here.Distinct())}";
        return others.Count == 0 ? greeting : $"{greeting} — at home: {string.Join(", ", others.Distinct())}";
    }

    /// <summary>This machine's address in the home network; null when it is in none.</summary>
    public static IPAddress? HomeAddress()
    {
        IEnumerable<NetworkInterface> cards = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            // The card with a way out is the one that the other devices see; bridges of containers and machines inside have none.
            .OrderByDescending(HasGateway)
            .ThenBy(card => card.NetworkInterfaceType is NetworkInterfaceType.Ethernet or NetworkInterfaceType.Wireless80211 ? 0 : 1);

        return cards
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(own => own.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && !IsSelfAssigned(address));
    }

    private static bool HasGateway(NetworkInterface card)
    {
        try
        {
            return card.GetIPProperties().GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any));
        }
        catch (Exception unknown) when (unknown is NetworkInformationException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static bool IsSelfAssigned(IPAddress address) => address.GetAddressBytes() is [169, 254, ..];
}
