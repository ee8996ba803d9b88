using System.Security;
using NetVips;

namespace SdStudio.Storage.Imaging;

/// <summary>Words on sheets and grids, in this computer's own font; where it has none, in plain letters.</summary>
internal static class Lettering
{
    /// <summary>Without a font every letter is the same empty box.</summary>
    private static readonly Lazy<bool> s_hasFont = new(() =>
    {
        using Image narrow = Image.Text("i", font: "sans 40"), wide = Image.Text("M", font: "sans 40");
        return wide.Width > narrow.Width;
    });

    /// <param name="words">Longer than <paramref name="longest"/> characters they are cut.</param>
    /// <param name="width">Pixels; words go on in the next line.</param>
    /// <param name="height">Pixels; what is lower is cut off.</param>
    /// <param name="font">As Pango names fonts: "sans 9".</param>
    /// <returns>How much ink there is at each pixel, 0 to 255; a single pixel without any for no words.</returns>
    public static Image Write(string words, int width, int height, string font, int longest)
    {
        string text = string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (text.Length > longest)
        {
            // Not through the middle of a character.
            int cut = char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1;
            text = text[..cut] + "…";
        }

        if (text.Length == 0)
        {
            return Image.Black(1, 1);
        }

        // Pango reads markup; a prompt is none.
        using Image ink = !s_hasFont.Value ? PixelLetters.Write(text.Replace('…', '.'), width) : Image.Text(SecurityElement.Escape(text), font: font, width: width, dpi: 96, wrap: Enums.TextWrap.Word);
        using Image visible = ink.Crop(0, 0, Math.Min(ink.Width, width), Math.Min(ink.Height, height));
        return visible.CopyMemory();
    }
}
