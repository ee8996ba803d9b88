using MudBlazor;

namespace SdStudio.Web.Components.Layout;

/// <summary>The look for MudBlazor's components. Own components read tokens.css; these are the same numbers.</summary>
public static class StudioTheme
{
    private const string Quiet = "none";
    private static readonly string[] s_font =
        ["-apple-system", "BlinkMacSystemFont", "'Segoe UI Variable Text'", "'Segoe UI'", "Roboto", "Lato", "'Noto Sans'", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteDark = new PaletteDark
        {
            Primary = "#FF6F40",
            PrimaryContrastText = "#1F0C04",
            PrimaryDarken = "#FF8A63",
            PrimaryLighten = "#FF8A63",
            Secondary = "#BDB3A9",
            SecondaryContrastText = "#110F0D",
            Tertiary = "#9C9187",
            Success = "#84BC90",
            Warning = "#E8B968",
            Error = "#FF9A90",
            Info = "#BDB3A9",
            Dark = "#2B2622",
            SuccessContrastText = "#110F0D",
            WarningContrastText = "#110F0D",
            ErrorContrastText = "#110F0D",
            InfoContrastText = "#110F0D",
            Black = "#0A0908",
            White = "#F3EEE8",
            Background = "#110F0D",
            BackgroundGray = "#0A0908",
            Surface = "#191614",
            AppbarBackground = "#110F0D",
            AppbarText = "#F3EEE8",
            DrawerBackground = "#191614",
            DrawerText = "#F3EEE8",
            DrawerIcon = "#BDB3A9",
            TextPrimary = "#F3EEE8",
            TextSecondary = "#BDB3A9",
            TextDisabled = "#9C9187",
            ActionDefault = "#BDB3A9",
            ActionDisabled = "#9C9187",
            ActionDisabledBackground = "#221E1B",
            LinesDefault = "#2A2521",
            LinesInputs = "#7F746A",
            Divider = "#2A2521",
            DividerLight = "#221E1B",
            TableLines = "#2A2521",
            TableStriped = "#191614",
            TableHover = "#221E1B",
            Skeleton = "#221E1B",
            OverlayDark = "rgba(6,5,4,.66)",
            HoverOpacity = 0.06,
            RippleOpacity = 0,
        },
        PaletteLight = new PaletteLight
        {
            Primary = "#B2380F",
            PrimaryContrastText = "#FFF6F0",
            PrimaryDarken = "#9A2F0A",
            PrimaryLighten = "#9A2F0A",
            Secondary = "#4F463D",
            SecondaryContrastText = "#F8F5F1",
            Tertiary = "#62574E",
            Success = "#2B6239",
            Warning = "#704B00",
            Error = "#A3231A",
            Info = "#4F463D",
            Dark = "#1E1915",
            Black = "#1E1915",
            White = "#FBF9F6",
            Background = "#E9E4DD",
            BackgroundGray = "#D8D1C8",
            Surface = "#F1EDE7",
            AppbarBackground = "#E9E4DD",
            AppbarText = "#1E1915",
            DrawerBackground = "#F1EDE7",
            DrawerText = "#1E1915",
            DrawerIcon = "#4F463D",
            TextPrimary = "#1E1915",
            TextSecondary = "#4F463D",
            TextDisabled = "#62574E",
            ActionDefault = "#4F463D",
            ActionDisabled = "#62574E",
            ActionDisabledBackground = "#F8F5F1",
            LinesDefault = "#D9D2C9",
            LinesInputs = "#7D7268",
            Divider = "#D9D2C9",
            DividerLight = "#E9E4DD",
            TableLines = "#D9D2C9",
            TableStriped = "#F1EDE7",
            TableHover = "#F8F5F1",
            Skeleton = "#D9D2C9",
            OverlayDark = "rgba(40,32,26,.42)",
            HoverOpacity = 0.06,
            RippleOpacity = 0,
        },
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "10px",
            AppbarHeight = "56px",
            DrawerWidthLeft = "356px",
            DrawerWidthRight = "376px",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_font, FontSize = "0.875rem", LineHeight = "1.5", FontWeight = "400", LetterSpacing = "normal" },
            H4 = new H4Typography { FontSize = "1.875rem", FontWeight = "600", LineHeight = "1.27", LetterSpacing = "-.01em" },
            H5 = new H5Typography { FontSize = "1.25rem", FontWeight = "600", LineHeight = "1.4" },
            H6 = new H6Typography { FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.4" },
            Body1 = new Body1Typography { FontSize = "1.125rem", LineHeight = "1.56", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontSize = ".78rem", LineHeight = "1.44", LetterSpacing = "normal" },
            Overline = new OverlineTypography { FontSize = ".6875rem", FontWeight = "600", LetterSpacing = ".07em", TextTransform = "uppercase" },
            Button = new ButtonTypography { FontSize = ".875rem", FontWeight = "600", LetterSpacing = "normal", TextTransform = "none" },
        },
        // What floats (dialogs, menus, snackbars) takes its shadow from app.css.
        Shadows = new Shadow { Elevation = [.. Enumerable.Repeat(Quiet, 26)] },
    };
}
