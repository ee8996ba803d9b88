namespace SdStudio.Web.Components.About;

/// <summary>Something that the studio is built on.</summary>
/// <param name="Does">What for, in two or three words.</param>
internal sealed record Library(string Name, string Does, string Licence)
{
    public static IReadOnlyList<Library> All { get; } =
    [
        new(".NET and ASP.NET Core", "the platform", "MIT"),
        new("Entity Framework Core", "the gallery's rows", "MIT"),
        new("SQLite", "the database", "public domain"),
        new("SQLitePCLRaw", "the way to SQLite", "Apache 2.0"),
        new("ONNX Runtime", "runs the networks", "MIT"),
        new("Protocol Buffers", "writes the networks down", "BSD 3-Clause"),
        new("NetVips", "the way to libvips", "MIT"),
        new("libvips", "PNG, JPEG and WebP", "LGPL 2.1 or later, its libraries under their own"),
        new("MudBlazor", "dialogs and menus", "MIT"),
        new("QRCoder", "QR codes", "MIT"),
    ];
}
