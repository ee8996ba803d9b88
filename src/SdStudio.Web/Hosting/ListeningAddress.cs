using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Hosting;

/// <summary>Where the server listens, and the line that says so.</summary>
internal static class ListeningAddress
{
    private static readonly string[] s_keys = ["urls", "http_ports", "https_ports"];

    /// <summary>Address and port of section <c>Server</c>, unless <c>--urls</c>, <c>ASPNETCORE_URLS</c> or a Kestrel section says it.</summary>
    public static void UseListeningAddress(this WebApplicationBuilder builder)
    {
        ConfigurationManager settings = builder.Configuration;
        bool isSaid = s_keys.Any(key => !string.IsNullOrEmpty(settings[key]))
            || settings.GetSection("Kestrel:Endpoints").Exists();
        if (isSaid)
        {
            return;
        }

        ServerOptions standard = new();
        string address = settings["Server:Address"] is { Length: > 0 } chosen ? chosen : standard.Address;
        // What is no number is reported with all other settings, before anything listens.
        int port = int.TryParse(settings["Server:Port"], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : standard.Port;
        builder.WebHost.UseUrls($"http://{address}:{port}");
    }

    /// <summary>Why the address cannot be listened on, for people; null when the start failed of something else.</summary>
    public static string? Problem(Exception exception) => exception switch
    {
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop the other program, or choose another port with Server:Port or --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "this port is reserved for the system. Choose one from 1024 up with Server:Port or --urls.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "this machine does not have the address it should listen on. Set Server:Address to * or to one of its own.",
        _ => null,
    };

    /// <summary>Prints the greeting once requests are answered.</summary>
    public static void GreetWhenReady(this WebApplication app) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            ICollection<string> bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            Console.WriteLine(Greeting.For(bound, Greeting.HomeAddress()));
        });
}
