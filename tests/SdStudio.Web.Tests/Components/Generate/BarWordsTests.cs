using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class BarWordsTests
{
    [Theory]
    [InlineData(9, 0, 1, true, "Yours is being made", "9 s left")]
    [InlineData(9, 0, 2, true, "Yours is being made", "9 s left · 1 more of yours waits")]
    [InlineData(9, 0, 5, true, "Yours is being made", "9 s left · 4 more of yours wait")]
    [InlineData(40, 1, 1, true, "Someone’s picture is first", "yours in 40 s")]
    [InlineData(75, 3, 2, true, "3 pictures are first", "yours in 1 min 15 s")]
    [InlineData(null, 1, 1, true, "Someone’s picture is first", "")]
    [InlineData(null, 0, 2, false, "Yours is next", "1 more of yours waits")]
    [InlineData(9, 0, 0, true, "Someone’s picture is being made", "9 s left")]
    public void For_AnyPlace_SaysItInWords(int? seconds, int ahead, int mine, bool anyRuns, string left, string right)
    {
        BarWords words = BarWords.For(seconds is { } time ? TimeSpan.FromSeconds(time) : null, ahead, mine, anyRuns);

        Assert.Equal(left, words.Left);
        Assert.Equal(right, string.Join(' ', new[] { words.RightStart, words.Time, words.Right }.Where(part => part is not null)));
    }
}
