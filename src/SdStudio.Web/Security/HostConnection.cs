using System.Net;

namespace SdStudio.Web.Security;

/// <summary>Tells whether a request was made on the computer that SdStudio runs on.</summary>
internal static class HostConnection
{
    // What proxies add. One on this computer makes every visitor's connection come from here.
    private static readonly string[] s_forwarding = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>By the connection alone; headers can take this away and never give it.</summary>
    public static bool IsOf(HttpContext context)
    {
        // Null where the server is not reached over a network: then nothing is known.
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return false;
        }

        bool isHere = IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        return isHere && !s_forwarding.Any(context.Request.Headers.ContainsKey);
    }
}
