namespace SdStudio.Tests;

/// <summary>The model that ships, as it lies in the repository.</summary>
internal static class Postcard
{
    /// <summary>Full path of its folder.</summary>
    public static string Path { get; } = System.IO.Path.Combine(GoldenFolder.Repository, "models", "postcard");

    /// <summary>Names of its LoRAs, in order; it brings two or more.</summary>
    public static IReadOnlyList<string> Loras { get; } =
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Path, "loras"), "*.safetensors").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static string LoraPath(string name) => System.IO.Path.Combine(Path, "loras", name + ".safetensors");
}
