using System.Globalization;
using System.Text.RegularExpressions;
using Bunit;
using QRCoder;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed partial class QrCodeTests : PartsContext
{
    private const string Address = "http://192.168.1.20:5180/s/Kq7vN0dO1bX2yL3mP4qR5s";

    [Fact]
    public void QrCode_Drawn_HasExactlyTheModulesOfTheCode()
    {
        var code = Render<QrCode>(parameters => parameters.Add(p => p.Value, Address));

        using QRCodeData expected = QRCodeGenerator.GenerateQrCode(Address, QRCodeGenerator.ECCLevel.M);
        int size = expected.ModuleMatrix.Count - 8;
        bool[,] drawn = new bool[size, size];
        foreach (Match bar in Bar().Matches(code.Find("path").GetAttribute("d")!))
        {
            int x = Number(bar, 1), y = Number(bar, 2), width = Number(bar, 3);
            for (int i = x; i < x + width; i++)
            {
                Assert.False(drawn[i, y]);
                drawn[i, y] = true;
            }
        }

        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                Assert.Equal(expected.ModuleMatrix[y + 4][x + 4], drawn[x, y]);
            }
        }
    }

    [Fact]
    public void QrCode_Drawn_HasAQuietZoneOfFourModulesAndAName()
    {
        var code = Render<QrCode>(parameters => parameters.Add(p => p.Value, "SdStudio"));

        Assert.Equal("-4 -4 29 29", code.Find("svg").GetAttribute("viewBox"));
        Assert.Equal("QR code for SdStudio", code.Find("svg").GetAttribute("aria-label"));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\3z")]
    private static partial Regex Bar();
}
