namespace SdStudio.Web.Components.Parts;

/// <summary>How each <see cref="Glyph"/> is drawn: strokes of 1.6 on a grid of 24, round ends, one ink.</summary>
internal static class GlyphPaths
{
    private const string HeartShape = "M12 19.5S4.5 15 4.5 9.3A4.1 4.1 0 0 1 12 7.1a4.1 4.1 0 0 1 7.5 2.2C19.5 15 12 19.5 12 19.5Z";

    /// <summary>The inside of an <c>svg</c> with the view box <c>0 0 24 24</c>.</summary>
    public static string Of(Glyph glyph) => glyph switch
    {
        Glyph.Again => """<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4"/><path d="M19.5 3.5v4h-4"/>""",
        Glyph.ArrowDown => """<path d="M12 5v14M6.500 13.500 12 19l5.500-5.500"/>""",
        Glyph.ArrowUp => """<path d="M12 19V5M6.500 10.500 12 5l5.500 5.500"/>""",
        Glyph.Check => """<path d="m5 12.500 4.500 4.500L19 7.500"/>""",
        Glyph.ChevronDown => """<path d="m6 9.500 6 6 6-6"/>""",
        Glyph.ChevronLeft => """<path d="m14.500 6-6 6 6 6"/>""",
        Glyph.ChevronRight => """<path d="m9.500 6 6 6-6 6"/>""",
        Glyph.ChevronUp => """<path d="m6 14.500 6-6 6 6"/>""",
        Glyph.Clock => """<circle cx="12" cy="12" r="7.500"/><path d="M12 7.500V12l3 2"/>""",
        Glyph.Close => """<path d="M6 6l12 12M18 6 6 18"/>""",
        Glyph.Computer => """<rect x="6" y="6" width="12" height="12" rx="2.500"/><rect x="10" y="10" width="4" height="4" rx="1"/><path d="M10 3v3M14 3v3M10 18v3M14 18v3M3 10h3M3 14h3M18 10h3M18 14h3"/>""",
        Glyph.Copy => """<rect x="8.500" y="8.500" width="11" height="11" rx="2.500"/><path d="M15.500 8.500V7A2.500 2.500 0 0 0 13 4.500H7A2.500 2.500 0 0 0 4.500 7v6A2.500 2.500 0 0 0 7 15.500h1.500"/>""",
        Glyph.Create => """<circle cx="12" cy="12" r="7.500"/><circle cx="12" cy="12" r="2.500"/>""",
        Glyph.Dice => """<rect x="4" y="4" width="16" height="16" rx="4"/><path d="M9 9h.01M15 15h.01M15 9h.01M9 15h.01" stroke-width="2.400"/>""",
        Glyph.Download => """<path d="M12 4v11M8 11.500l4 4 4-4M5 19.500h14"/>""",
        Glyph.Expand => """<path d="M14 4.500h5.500V10M10 19.500H4.500V14M19 5l-6 6M5 19l6-6"/>""",
        Glyph.Eye => """<path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12Z"/><circle cx="12" cy="12" r="2.700"/>""",
        Glyph.EyeOff => """<path d="M6 7.500C3.700 9.300 2.500 12 2.500 12S6 18.500 12 18.500c1.900 0 3.500-.6 4.900-1.500M9.500 5.900c.8-.3 1.600-.4 2.500-.4 6 0 9.500 6.500 9.500 6.500s-.6 1.200-1.800 2.600M4 4l16 16"/>""",
        Glyph.Folder => """<path d="M4 7.500A1.500 1.500 0 0 1 5.500 6h4l2 2.500h7A1.500 1.500 0 0 1 20 10v7.500a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500Z"/>""",
        Glyph.Gallery => """<rect x="4" y="4" width="7" height="9" rx="2"/><rect x="14" y="4" width="6" height="6" rx="2"/><rect x="4" y="16" width="7" height="4" rx="1.800"/><rect x="14" y="13" width="6" height="7" rx="2"/>""",
        Glyph.Grip => """<path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01" stroke-width="2.200"/>""",
        Glyph.Heart => $"""<path d="{HeartShape}"/>""",
        Glyph.HeartFilled => $"""<path d="{HeartShape}" fill="currentColor"/>""",
        Glyph.Home => """<path d="M4.500 11 12 4.500 19.500 11M6.500 9.500v10h11v-10"/>""",
        Glyph.Keyboard => """<rect x="3" y="6.500" width="18" height="11" rx="2.500"/><path d="M7 10.500h.01M10.500 10.500h.01M14 10.500h.01M17 10.500h.01" stroke-width="2"/><path d="M8.500 14h7"/>""",
        Glyph.Link => """<path d="M10 14a3.700 3.700 0 0 0 5.300 0l3-3A3.750 3.750 0 0 0 13 5.700l-1 1M14 10a3.700 3.700 0 0 0-5.300 0l-3 3a3.750 3.750 0 0 0 5.300 5.300l1-1"/>""",
        Glyph.Lock => """<rect x="5.500" y="10.500" width="13" height="9" rx="2.500"/><path d="M8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500"/>""",
        Glyph.Minus => """<path d="M5 12h14"/>""",
        Glyph.Models => """<path d="m12 3.500 7.500 4.200v8.600L12 20.500l-7.500-4.200V7.700Z"/><path d="m4.800 7.900 7.200 4 7.200-4M12 12v8.300"/>""",
        Glyph.Moon => """<path d="M19 14.300A7.600 7.600 0 0 1 9.700 5a7.600 7.600 0 1 0 9.300 9.300Z"/>""",
        Glyph.More => """<path d="M6 12h.01M12 12h.01M18 12h.01" stroke-width="2.600"/>""",
        Glyph.Pause => """<path d="M9 6v12M15 6v12"/>""",
        Glyph.Person => """<circle cx="12" cy="8.500" r="3.700"/><path d="M5 19.500c1-3.600 3.700-5 7-5s6 1.400 7 5"/>""",
        Glyph.Phone => """<rect x="7" y="3.500" width="10" height="17" rx="2.500"/><path d="M11 17.500h2"/>""",
        Glyph.Play => """<path d="M8 5.500 18.500 12 8 18.500Z"/>""",
        Glyph.Plus => """<path d="M12 5v14M5 12h14"/>""",
        Glyph.Queue => """<path d="M4 6.500h16M4 12h16M4 17.500h9"/>""",
        Glyph.Remix => """<path d="M4 8h9M19 8h1M4 16h1M11 16h9"/><circle cx="16" cy="8" r="2.600"/><circle cx="8" cy="16" r="2.600"/>""",
        Glyph.Restore => """<path d="M9 5 4.500 9.500 9 14"/><path d="M5 9.500h9a5 5 0 0 1 0 10h-3"/>""",
        Glyph.Scan => """<path d="M4.500 9V6.500a2 2 0 0 1 2-2H9M15 4.500h2.500a2 2 0 0 1 2 2V9M19.500 15v2.500a2 2 0 0 1-2 2H15M9 19.500H6.500a2 2 0 0 1-2-2V15M7.500 12h9"/>""",
        Glyph.Search => """<circle cx="11" cy="11" r="6.500"/><path d="m16 16 4.500 4.500"/>""",
        Glyph.Share => """<path d="M12 15V4M8 7.500 12 3.500l4 4"/><path d="M6 11.500v7a1.500 1.500 0 0 0 1.500 1.500h9a1.500 1.500 0 0 0 1.500-1.500v-7"/>""",
        Glyph.Skip => """<path d="M6 5.500 15 12l-9 6.500ZM18.500 5.500v13"/>""",
        Glyph.Stop => """<rect x="6.500" y="6.500" width="11" height="11" rx="2"/>""",
        Glyph.Sun => """<circle cx="12" cy="12" r="3.800"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M18.400 5.600 17 7M7 17l-1.400 1.400"/>""",
        Glyph.Swap => """<path d="M5 9h13M14.500 5.500 18 9l-3.500 3.500M19 15H6M9.500 11.500 6 15l3.500 3.500"/>""",
        Glyph.Trash => """<path d="M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7"/>""",
        Glyph.Unlock => """<rect x="5.500" y="10.500" width="13" height="9" rx="2.500"/><path d="M8.500 10.500V8a3.500 3.500 0 0 1 6.700-1.400"/>""",
        Glyph.Vary => """<path d="M5 12h4c4 0 3-6 7-6h3M9 12c4 0 3 6 7 6h3"/><path d="m17 3.500 2.500 2.500L17 8.500M17 15.500l2.500 2.500-2.500 2.500"/>""",
        Glyph.Warning => """<path d="M12 4.500 21 19.500H3Z"/><path d="M12 10.500v4M12 17h.01"/>""",
        _ => throw new ArgumentOutOfRangeException(nameof(glyph), glyph, "This glyph has no drawing."),
    };
}
