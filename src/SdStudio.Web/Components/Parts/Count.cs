using System.Globalization;

namespace SdStudio.Web.Components.Parts;

/// <summary>Numbers of things, in words.</summary>
public static class Count
{
    private static readonly NumberFormatInfo s_thinSpaces = new() { NumberGroupSeparator = "\u2009", NumberGroupSizes = [3] };

    /// <summary>With thin spaces between thousands: 1 204.</summary>
    public static string Text(long count) => count.ToString("#,0", s_thinSpaces);

    /// <summary>"1 picture", "41 pictures", "no pictures".</summary>
    /// <param name="plural">Given where it is not the singular and an s.</param>
    public static string Of(long count, string singular, string? plural = null) => count switch
    {
        0 => $"no {plural ?? singular + "s"}",
        1 => $"1 {singular}",
        _ => $"{Text(count)} {plural ?? singular + "s"}",
    };
}
