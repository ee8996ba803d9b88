using NetVips;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class ContactSheetTests
{
    [Theory]
    [InlineData(SheetFormat.WebP)]
    [InlineData(SheetFormat.Jpeg)]
    public void Encode_Pictures_LieWhereTheyBelong(SheetFormat format)
    {
        using ContactSheet sheet = new(columns: 2, size: 32);
        sheet.Add(Plain(32, 32, 255, 0, 0), null);
        sheet.Add(Plain(32, 32, 0, 255, 0), null);
        sheet.Add(Plain(32, 32, 0, 0, 255), null);

        using Image decoded = Image.NewFromBuffer(sheet.Encode(format, 100_000)!);

        Assert.Equal((16 + 32 + 10 + 32 + 16, 16 + 32 + 10 + 32 + 16), (decoded.Width, decoded.Height));
        Near([255, 0, 0], decoded.Getpoint(32, 32));
        Near([0, 255, 0], decoded.Getpoint(74, 32));
        Near([0, 0, 255], decoded.Getpoint(32, 74));
        Near([248, 245, 241], decoded.Getpoint(74, 74));
        Near([248, 245, 241], decoded.Getpoint(6, 6));
    }

    [Fact]
    public void Add_LargePicture_IsShrunkAndASmallOneStays()
    {
        using ContactSheet large = new(columns: 1, size: 32), small = new(columns: 1, size: 32);
        large.Add(Plain(128, 64, 9, 9, 9), null);
        small.Add(Plain(16, 8, 9, 9, 9), null);

        using Image first = Image.NewFromBuffer(large.Encode(SheetFormat.WebP, 100_000)!), second = Image.NewFromBuffer(small.Encode(SheetFormat.WebP, 100_000)!);

        Assert.Equal((64, 48), (first.Width, first.Height));
        Assert.Equal((48, 40), (second.Width, second.Height));
    }

    [Theory]
    [InlineData("a cat & a <b>dog</b>")]
    [InlineData("(a cat:1.2)\n\0 two")]
    [InlineData("")]
    public void Add_AnyWords_AreWrittenBelow(string words)
    {
        using ContactSheet sheet = new(columns: 1, size: 200);
        sheet.Add(Plain(200, 40, 255, 255, 255), words);

        using Image decoded = Image.NewFromBuffer(sheet.Encode(SheetFormat.WebP, 100_000)!);

        Assert.InRange(decoded.Height, 16 + 40 + 16 + 6, 16 + 40 + 16 + 6 + 64 + 8);
    }

    [Fact]
    public void Add_VeryLongWords_AreCutAfterAFewLines()
    {
        using ContactSheet sheet = new(columns: 1, size: 200);
        sheet.Add(Plain(200, 40, 255, 255, 255), string.Concat(Enumerable.Repeat("\U0001F408 lighthouse ", 1000)));

        using Image decoded = Image.NewFromBuffer(sheet.Encode(SheetFormat.WebP, 1_000_000)!);

        Assert.True(decoded.Height <= 16 + 40 + 6 + 64 + 8 + 16);
    }

    [Fact]
    public void Encode_TighterLimit_LowersTheQualityAndThenSaysNo()
    {
        byte[] noise = new byte[64 * 64 * 3];
        new Random(1).NextBytes(noise);
        using ContactSheet sheet = new(columns: 1, size: 64);
        sheet.Add(new RgbImage(64, 64, noise), null);

        byte[] best = sheet.Encode(SheetFormat.Jpeg, 100_000)!;
        byte[] less = sheet.Encode(SheetFormat.Jpeg, best.Length - 1)!;

        Assert.True(less.Length < best.Length);
        Assert.Null(sheet.Encode(SheetFormat.Jpeg, 500));
    }

    [Theory]
    [InlineData("a/b.webp", SheetFormat.WebP)]
    [InlineData("b.JPG", SheetFormat.Jpeg)]
    [InlineData("b.jpeg", SheetFormat.Jpeg)]
    [InlineData("b.png", null)]
    [InlineData("webp", null)]
    public void FormatOf_Name_IsItsEnding(string path, SheetFormat? expected) => Assert.Equal(expected, ContactSheet.FormatOf(path));

    [Theory]
    [InlineData(36, 6, 256, true)]
    [InlineData(1000, 1, 256, false)]
    [InlineData(100, 100, 256, false)]
    [InlineData(2000, 90, 64, true)]
    public void Fits_Pictures_WithinWhatTheFormatHolds(int pictures, int columns, int size, bool expected) =>
        Assert.Equal(expected, ContactSheet.Fits(pictures, columns, size));

    private static RgbImage Plain(int width, int height, byte red, byte green, byte blue)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        }

        return new RgbImage(width, height, pixels);
    }

    private static void Near(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 6, pair.First + 6));
}
