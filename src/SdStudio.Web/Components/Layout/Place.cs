using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Layout;

/// <summary>One place of the studio.</summary>
/// <param name="Inside">Further addresses that belong to it, without the last slash.</param>
internal sealed record Place(string Name, string Address, Glyph Glyph, IReadOnlyList<string> Inside)
{
    /// <summary>"page" for the page itself, "true" for one inside, null elsewhere: the values of <c>aria-current</c>.</summary>
    public string? Current(string path) =>
        path == Address ? "page"
        : (Address != "/" && Starts(path, Address)) || Inside.Any(inside => Starts(path, inside)) ? "true"
        : null;

    private static bool Starts(string path, string address) => path == address || path.StartsWith(address + "/", StringComparison.Ordinal);
}
