namespace SdStudio.Web.Components.Layout;

/// <summary>What theme.js left for the server, so that the first render already has the right lights.</summary>
public static class ThemeCookie
{
    public const string Name = "sdstudio-theme";

    /// <returns>"dark" or "light"; null on a first visit, when the style sheet follows the system by itself.</returns>
    public static string? Shown(string? cookie) => cookie switch
    {
        "dark" or "system-dark" => "dark",
        "light" or "system-light" => "light",
        _ => null,
    };
}
