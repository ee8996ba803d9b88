namespace SdStudio.Web.Configuration;

/// <summary>The folder that holds <c>appsettings.json</c>: every relative path in the settings starts there.</summary>
internal static class ContentRoot
{
    private const string SettingsFile = "appsettings.json";

    /// <summary>
    /// Looks upwards from the current folder, then from the program's own: so <c>dotnet run</c> anywhere in a clone,
    /// a published folder and the tests all find their settings.
    /// </summary>
    public static string Find() =>
        FindUpwards(Directory.GetCurrentDirectory())
        ?? FindUpwards(AppContext.BaseDirectory)
        ?? Directory.GetCurrentDirectory();

    public static WebApplicationOptions Options(string[] args)
    {
        string published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        return new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Find(),
            // The assets belong to the program, wherever the settings lie. Before publishing, a manifest lists them instead.
            WebRootPath = Directory.Exists(published) ? published : null,
        };
    }

    private static string? FindUpwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SettingsFile)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
