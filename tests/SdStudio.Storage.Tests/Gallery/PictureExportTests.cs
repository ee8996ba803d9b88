using NetVips;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Metadata.Carriers;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Gallery;

public sealed class PictureExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly ImageRecipe _recipe = TemporaryStudio.Recipe("猫と夜景, (café:1.2)", seed: 77) with { Loras = [new LoraSelection("glass", 0.5f)] };

    public static TheoryData<ImageFormat> Formats => [.. PictureEncoder.Formats];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CanWriteAvif_WithTheLibrarysNatives_IsTrue() => Assert.True(PictureEncoder.CanWriteAvif);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_WithTheWholeRecipe_ComesBackAsItWas(ImageFormat format)
    {
        byte[] file = PictureExport.Make(Png(), ImageFormat.Png, format, RecipeInFile.Whole, _recipe);

        PictureReading reading = PictureReader.Read(new MemoryStream(file));
        Assert.Equal((format, 32, 24), (reading.Format, reading.Width, reading.Height));
        Assert.Equal(("SdStudio", _recipe), (reading.Recipe!.Program, reading.Recipe.Recipe));
        AssertDecodes(file, 32, 24);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_WithParameters_CarriesTheTextAsA1111WritesIt(ImageFormat format)
    {
        string expected = RecipeParameters.Write(_recipe, "0123456789");

        byte[] file = PictureExport.Make(Png(), ImageFormat.Png, format, RecipeInFile.Parameters, _recipe);

        CarriedTexts carried = TextCarrier.Read(new MemoryStream(file))!;
        Assert.Equal(expected, carried[format == ImageFormat.Png ? "parameters" : CarriedTexts.UserComment]);
        Assert.Null(carried[PictureRecord.Keyword]);
        AssertDecodes(file, 32, 24);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_WithoutRecipe_SaysNothing(ImageFormat format)
    {
        byte[] file = PictureExport.Make(Png(), ImageFormat.Png, format, RecipeInFile.None, _recipe);

        Assert.Empty(TextCarrier.Read(new MemoryStream(file))!.Texts);
        Assert.Equal(-1, file.AsSpan().IndexOf("postcard"u8));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Strip_FileOfTheSameFormat_KeepsItsPixels(ImageFormat format)
    {
        string path = Path.Combine(_folder, "a" + format.Extension());
        File.WriteAllBytes(path, PictureExport.Make(Png(), ImageFormat.Png, format, RecipeInFile.Whole, _recipe));

        byte[] file = PictureExport.Make(path, format, format, RecipeInFile.None, _recipe);

        Assert.All(TextCarrier.Read(new MemoryStream(file))!.Texts, text => Assert.Equal("", text.Value));
        Assert.Null(PictureReader.Read(new MemoryStream(file)).Recipe);
        Assert.Equal(Pixels(File.ReadAllBytes(path)), Pixels(file));
    }

    [Fact]
    public void Insert_Jpeg_IsLaidOutAsPiexifDoes()
    {
        byte[] block = ExifText.Write("ab");

        Assert.Equal(
            (byte[])[.. "MM\0*\0\0\0\b"u8, 0, 1, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 1, 0x92, 0x86, 0, 7, 0, 0, 0, 12, 0, 0, 0, 44, 0, 0, 0, 0, .. "UNICODE\0"u8, 0, (byte)'a', 0, (byte)'b'],
            block);
    }

    [SkippableTheory]
    [InlineData("stealth_alpha_gzip.png")]
    [InlineData("stealth_rgb_gzip.png")]
    public void Make_PictureWithHiddenText_TakesItOutOfThePixels(string name)
    {
        string path = GoldenFolder.Require($"infotext/images/{name}");
        Assert.NotNull(PictureReader.Read(File.OpenRead(path)).Recipe);

        byte[] file = PictureExport.Make(path, ImageFormat.Png, ImageFormat.Png, RecipeInFile.None, _recipe);

        Assert.Null(PictureReader.Read(new MemoryStream(file)).Recipe);
    }

    [Fact]
    public void Insert_LosslessWebPWithAlpha_StaysWhole()
    {
        using Image image = Image.Black(9, 7, bands: 4) + new[] { 10.0, 20, 30, 40 };
        using Image pixels = image.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        byte[] file = PictureExport.Insert(pixels.WebpsaveBuffer(lossless: true), ImageFormat.WebP, "x\nSteps: 1, Sampler: Euler, Seed: 1", record: null);

        Assert.Equal((9, 7), (TextCarrier.Read(new MemoryStream(file))!.Width, TextCarrier.Read(new MemoryStream(file))!.Height));
        using Image back = Image.NewFromBuffer(file);
        Assert.Equal((9, 7, 4), (back.Width, back.Height, back.Bands));
        Assert.Equal(1, PictureReader.Read(new MemoryStream(file)).Recipe?.Recipe.Steps);
    }

    private static void AssertDecodes(byte[] file, int width, int height)
    {
        using Image image = Image.NewFromBuffer(file, failOn: Enums.FailOn.Warning);
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.NotEmpty(image.WriteToMemory<byte>());
    }

    private static byte[] Pixels(byte[] file)
    {
        using Image image = Image.NewFromBuffer(file);
        return image.WriteToMemory<byte>();
    }

    private string Png()
    {
        string path = Path.Combine(_folder, "picture.png");
        File.WriteAllBytes(path, PngFile.Encode(TemporaryStudio.Pixels(), PictureTexts.For(_recipe, DateTimeOffset.UnixEpoch, TimeSpan.Zero, "0123456789")));
        return path;
    }
}
