using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(999, "999 bytes")]
    [InlineData(1_000, "1 KB")]
    [InlineData(34_000_000, "34 MB")]
    [InlineData(999_600_000, "1 GB")]
    [InlineData(1_100_000, "1.1 MB")]
    [InlineData(6_900_000_000, "6.9 GB")]
    [InlineData(9_960_000_000, "10 GB")]
    [InlineData(12_000_000_000, "12 GB")]
    [InlineData(3_000_000_000_000_000, "3000 TB")]
    public void Text_AnySize_HasAtMostOneDecimalAndAUnitWithASpace(long bytes, string expected) =>
        Assert.Equal(expected, ByteSize.Text(bytes));

    [Theory]
    [InlineData(1_200_000_000, 2_100_000_000, "1.2 of 2.1 GB")]
    [InlineData(300_000_000, 6_900_000_000, "0.3 of 6.9 GB")]
    [InlineData(0, 950_000, "0 of 950 KB")]
    public void Of_PartOfAWhole_IsInTheUnitOfTheWhole(long done, long total, string expected) =>
        Assert.Equal(expected, ByteSize.Of(done, total));
}
