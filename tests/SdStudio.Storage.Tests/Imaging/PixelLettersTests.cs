using NetVips;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Tests.Imaging;

public sealed class PixelLettersTests
{
    [Fact]
    public void Write_ALetter_IsItsPoints()
    {
        using Image image = PixelLetters.Write("L", 100);
        byte[] ink = image.WriteToMemory<byte>();

        string[] rows = [.. Enumerable.Range(0, 7).Select(row => string.Concat(Enumerable.Range(0, 5).Select(column => ink[(row * 2 * image.Width) + (column * 2)] > 0 ? '#' : '.')))];
        Assert.Equal(["#....", "#....", "#....", "#....", "#....", "#....", "#####"], rows);
    }

    [Theory]
    [InlineData("Steps 20", 200, 1)]
    [InlineData("Steps 20", 70, 2)]
    [InlineData("abcdefghijklmnop", 48, 4)]
    [InlineData("", 48, 1)]
    public void Write_Words_GoOnInTheNextLine(string words, int width, int lines)
    {
        using Image image = PixelLetters.Write(words, width);

        Assert.Equal(lines * 20, image.Height);
        Assert.True(image.Width <= width);
    }

    [Fact]
    public void Write_LettersThatItLacks_AreQuestionMarks()
    {
        using Image foreign = PixelLetters.Write("ü漢", 100), asked = PixelLetters.Write("??", 100);

        Assert.Equal(asked.WriteToMemory<byte>(), foreign.WriteToMemory<byte>());
    }
}
