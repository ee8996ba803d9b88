using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Hosting;

/// <summary>The keys that protect cookies and tokens lie with everything else that is kept, readable by the server's user alone.</summary>
internal static class DataProtectionKeys
{
    public static IServiceCollection AddDataProtectionKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("SdStudio");
        services.AddOptions<KeyManagementOptions>().Configure<GalleryPaths, ILoggerFactory>((options, paths, loggers) =>
            options.XmlRepository = new FileSystemXmlRepository(Prepare(Path.Combine(paths.Root, "keys")), loggers));
        return services;
    }

    private static DirectoryInfo Prepare(string folder)
    {
        DirectoryInfo keys = Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            keys.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        return keys;
    }
}
