using System.Globalization;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class PythonTextTests
{
    // The right column is what Python 3 prints for repr() of the left.
    [Theory]
    [InlineData(7.0, "7.0")]
    [InlineData(7.5, "7.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(-1.25, "-1.25")]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(100.0, "100.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.0000123, "1.23e-05")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(0.3333333333333333, "0.3333333333333333")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Of_Double_IsWhatPythonPrints(double number, string expected) => Assert.Equal(expected, PythonText.Of(number));

    [Fact]
    public void Of_Float_HasTheDigitsOfTheFloat() => Assert.Equal("0.8", PythonText.Of(0.8f));

    [FsCheck.Xunit.Property]
    public void Of_AnyDouble_ComesBack(double number)
    {
        if (double.IsFinite(number))
        {
            Assert.Equal(number, double.Parse(PythonText.Of(number), CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Strip_PythonOnlySpaces_AreTaken() => Assert.Equal("a", PythonText.Strip("\x1c \n a\t\x1f\u00a0"));
}
