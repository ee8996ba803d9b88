using System.Text;
using SdStudio.Storage.Styles;

namespace SdStudio.Storage.Tests.Styles;

public sealed class StyleCsvTests
{
    [Fact]
    public void Read_FileOfA1111_UnderstandsQuotesMarksAndLines()
    {
        StyleImport import = Read("\ufeffname,prompt,negative_prompt\r\nOil,\"oil, \"\"thick\"\" paint\",blur\r\n\"Two\nlines?\",x,\r\nFilm,\"first\r\nsecond, {prompt}\",\"grain\n\"\r\n");

        Assert.Equal([new PromptStyle(0, "Oil", "oil, \"thick\" paint", "blur"), new PromptStyle(0, "Film", "first\r\nsecond, {prompt}", "grain\n")], import.Styles);
        Assert.StartsWith("Line 3", Assert.Single(import.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OldColumnNamesInAnotherOrder_AreUnderstood() =>
        Assert.Equal([new PromptStyle(0, "Oil", "paint", "")], Read("text,name\npaint,Oil\n").Styles);

    [Fact]
    public void Read_SameNameTwice_NamesTheSecond()
    {
        StyleImport import = Read("name,prompt,negative_prompt\nOil,a,\noil,b,\n");

        Assert.Equal("a", Assert.Single(import.Styles).Prompt);
        Assert.Contains("Line 3, oil", Assert.Single(import.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("name\nOil")]
    [InlineData("a,b,c\n1,2,3")]
    [InlineData("name,prompt\0\nx,y")]
    public void Read_OtherFiles_SaysWhatIsExpected(string text)
    {
        StyleImport import = Read(text);

        Assert.Empty(import.Styles);
        Assert.Single(import.Problems);
    }

    [Fact]
    public void Read_QuoteThatNeverCloses_IsLeftOutWithItsLine()
    {
        StyleImport import = Read("name,prompt\nOil,paint\nBad,\"" + new string('x', 100_000));

        Assert.Single(import.Styles);
        Assert.StartsWith("Line 3, Bad", Assert.Single(import.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HugeFile_IsRefused() => Assert.Single(StyleCsv.Read(new byte[StyleCsv.LargestFile + 1]).Problems);

    [Fact]
    public void Read_ThousandsOfBrokenRows_SaysABoundedNumber()
    {
        StyleImport import = Read("name,prompt\n" + string.Concat(Enumerable.Repeat(",x\n", 50_000)));

        Assert.Empty(import.Styles);
        Assert.InRange(import.Problems.Count, 2, 30);
        Assert.Contains("more", import.Problems[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RowOfManyCommas_IsBounded() => Assert.Single(Read("name,prompt\nOil,paint" + new string(',', 1_000_000)).Styles);

    [Fact]
    public void Write_AndRead_GivesTheSameStyles()
    {
        PromptStyle[] styles =
        [
            new(0, "Oil, thick", "a \"b\", c", "d\ne"),
            new(0, "色", " {prompt} ", ""),
            new(0, "--- part ---", "", "x\r\ny,"),
        ];

        StyleImport import = StyleCsv.Read(StyleCsv.Write(styles));

        Assert.Equal(styles, import.Styles);
        Assert.Empty(import.Problems);
    }

    private static StyleImport Read(string text) => StyleCsv.Read(Encoding.UTF8.GetBytes(text));
}
