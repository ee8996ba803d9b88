using System.Globalization;
using System.Text.RegularExpressions;
using MudBlazor;
using SdStudio.Web.Components.Layout;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Tests.Components.Layout;

/// <summary>The style sheet's numbers: contrast, and agreement with the theme of MudBlazor.</summary>
public sealed partial class TokensTests
{
    private static readonly string s_css = File.ReadAllText(Path.Combine(ContentRoot.Find(), "wwwroot-assets", "tokens.css"));
    private static readonly string[] s_surfaces = ["well", "bg", "surface", "raised", "overlay"];

    public static TheoryData<string, string, double> Inks => new MatrixTheoryData();

    [Theory]
    [MemberData(nameof(Inks))]
    public void Tokens_InkOnEverySurface_IsReadable(string theme, string ink, double least)
    {
        Dictionary<string, string> tokens = Theme(theme);

        Assert.All(s_surfaces, surface => Assert.True(
            Contrast(tokens[ink], tokens[surface]) >= least,
            $"{ink} on {surface} has {Contrast(tokens[ink], tokens[surface]):0.00}, {least} is needed."));
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void Tokens_WordsOnTheLamp_AreReadable(string theme)
    {
        Dictionary<string, string> tokens = Theme(theme);

        Assert.True(Contrast(tokens["on-accent"], tokens["accent"]) >= 4.5);
        Assert.True(Contrast(tokens["on-accent"], tokens["accent-hover"]) >= 4.5);
    }

    [Fact]
    public void Tokens_LightFollowedAndLightChosen_AreTheSame()
    {
        MatchCollection blocks = LightBlock().Matches(s_css);

        Assert.Equal(2, blocks.Count);
        Assert.Equal(Normal(blocks[0]), Normal(blocks[1]));

        static string Normal(Match block) => Spaces().Replace(block.Groups[1].Value, " ").Trim();
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void StudioTheme_Palette_AgreesWithTheTokens(string theme)
    {
        Dictionary<string, string> tokens = Theme(theme);
        Palette palette = theme == "dark" ? StudioTheme.Theme.PaletteDark : StudioTheme.Theme.PaletteLight;

        Assert.Equal(tokens["bg"], Hex(palette.Background));
        Assert.Equal(tokens["surface"], Hex(palette.Surface));
        Assert.Equal(tokens["text"], Hex(palette.TextPrimary));
        Assert.Equal(tokens["text-2"], Hex(palette.TextSecondary));
        Assert.Equal(tokens["accent"], Hex(palette.Primary));
        Assert.Equal(tokens["on-accent"], Hex(palette.PrimaryContrastText));
        Assert.Equal(tokens["danger"], Hex(palette.Error));
        Assert.Equal(tokens["line-strong"], Hex(palette.LinesInputs));
    }

    private static string Hex(MudBlazor.Utilities.MudColor color) => $"#{color.R:X2}{color.G:X2}{color.B:X2}";

    private static Dictionary<string, string> Theme(string theme)
    {
        string block = theme == "dark" ? s_css[..s_css.IndexOf("[data-theme=\"light\"]", StringComparison.Ordinal)] : LightBlock().Match(s_css).Groups[1].Value;
        return Token().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    /// <summary>WCAG 2.2, "contrast ratio".</summary>
    private static double Contrast(string a, string b)
    {
        (double x, double y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double[] linear = [.. Enumerable.Range(0, 3)
            .Select(i => int.Parse(hex.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    [GeneratedRegex(@"--([a-z0-9-]+): (#[0-9A-F]{6});")]
    private static partial Regex Token();

    [GeneratedRegex(@"(?:\[data-theme=""light""\]|:root:not\(\[data-theme\]\)) \{([^}]*)\}")]
    private static partial Regex LightBlock();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed class MatrixTheoryData : TheoryData<string, string, double>
    {
        public MatrixTheoryData()
        {
            foreach (string theme in new[] { "dark", "light" })
            {
                foreach (string ink in new[] { "text", "text-2", "text-3", "ok", "warn", "danger", "accent-text", "focus" })
                {
                    Add(theme, ink, 4.5);
                }

                Add(theme, "line-strong", 3);
                Add(theme, "accent", 3);
            }
        }
    }
}
