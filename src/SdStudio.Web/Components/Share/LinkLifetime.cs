namespace SdStudio.Web.Components.Share;

/// <summary>How long a new link opens.</summary>
/// <param name="Name">"In a day".</param>
/// <param name="Length">Null for a link that does not end by itself.</param>
public sealed record LinkLifetime(string Name, TimeSpan? Length)
{
    public static IReadOnlyList<LinkLifetime> All { get; } =
    [
        new("In a day", TimeSpan.FromDays(1)),
        new("In a week", TimeSpan.FromDays(7)),
        new("Never", null),
    ];
}
