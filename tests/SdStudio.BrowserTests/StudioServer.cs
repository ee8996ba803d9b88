using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace SdStudio.BrowserTests;

/// <summary>The real server with the shipped model, on a port of its own, keeping its pictures in a folder that goes with it.</summary>
public sealed class StudioServer : WebApplicationFactory<Program>
{
    private readonly string _data = Directory.CreateTempSubdirectory("sdstudio-browser-").FullName;

    public StudioServer()
    {
        UseKestrel(0);
        StartServer();
    }

    /// <summary>Such as <c>http://127.0.0.1:41234</c>.</summary>
    public string Address => ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseSetting("Gallery:Folder", _data);
        builder.UseSetting("Prompts:Wildcards", Path.Combine(_data, "wildcards"));
        builder.UseSetting("Inference:Provider", "cpu");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Directory.Delete(_data, recursive: true);
        }
    }
}
