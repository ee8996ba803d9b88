using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class PictureSelectionTests
{
    private static readonly long[] s_order = [9, 8, 7, 6, 5, 4];

    private readonly PictureSelection _selection = new();

    [Fact]
    public void Toggle_Twice_Deselects()
    {
        _selection.Toggle(7);
        _selection.Toggle(7);

        Assert.Equal(0, _selection.Count);
    }

    [Theory]
    [InlineData(8, 5)]
    [InlineData(5, 8)]
    public void ExtendTo_EitherWay_SelectsEverythingBetween(long from, long to)
    {
        _selection.Toggle(from);
        _selection.ExtendTo(s_order, to);

        Assert.Equal([8L, 7, 6, 5], _selection.Ids);
    }

    [Fact]
    public void ExtendTo_NothingToggledBefore_SelectsTheOne()
    {
        _selection.ExtendTo(s_order, 6);

        Assert.Equal([6L], _selection.Ids);
    }

    [Fact]
    public void Keep_PicturesThatWent_AreForgotten()
    {
        _selection.Toggle(9);
        _selection.Toggle(4);
        int changes = 0;
        _selection.Changed += () => changes++;

        _selection.Keep(new HashSet<long> { 9 });
        _selection.Keep(new HashSet<long> { 9 });

        Assert.Equal([9L], _selection.Ids);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void Clear_ThenExtend_DoesNotRememberTheOldStart()
    {
        _selection.Toggle(9);
        _selection.Clear();
        _selection.ExtendTo(s_order, 4);

        Assert.Equal([4L], _selection.Ids);
    }
}
