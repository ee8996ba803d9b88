namespace SdStudio.Storage.Wildcards;

/// <summary>What a wildcard file says.</summary>
/// <param name="Version">Another one as soon as somebody changes the file: whoever saves says which version they read.</param>
/// <param name="Problem">Why it must not be saved from here; null when it may.</param>
public sealed record WildcardText(string Text, string Version, string? Problem);
