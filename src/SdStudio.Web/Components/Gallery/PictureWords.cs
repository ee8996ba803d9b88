using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Components.Gallery;

/// <summary>How pictures are spoken of.</summary>
public static class PictureWords
{
    private const int LongestTitle = 60;

    /// <summary>"November 2026".</summary>
    public static string Month(DateOnly month) => month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>"Nov".</summary>
    public static string ShortMonth(DateOnly month) => month.ToString("MMM", CultureInfo.InvariantCulture);

    /// <summary>"1 picture", "41 pictures", "1 204 pictures".</summary>
    public static string Pictures(int count) => Parts.Count.Of(count, "picture");

    /// <summary>The prompt itself: it says what the picture shows.</summary>
    public static string AltText(string prompt) => string.IsNullOrWhiteSpace(prompt) ? "A picture made without words" : prompt;

    /// <summary>The first few words of a prompt, to name a picture by.</summary>
    public static string Title(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        string words = prompt.Split([',', '.', ';', '\n'], 2)[0].Trim(' ', '(', ')', '[', ']', '"');
        if (words.Length == 0)
        {
            return "A picture";
        }

        if (words.Length > LongestTitle)
        {
            int space = words.LastIndexOf(' ', LongestTitle);
            words = $"{words[..(space > 0 ? space : LongestTitle)]}…";
        }

        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>"made in 9 s", or which program a picture from elsewhere is of.</summary>
    public static string Origin(GalleryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Program switch
        {
            null => $"made in {Parts.Duration.Exact(image.Duration)}",
            "" => "from elsewhere",
            var program => $"made with {program}",
        };
    }

    /// <summary>How a picture came from another: "Again" (same recipe), "Re-roll" (another seed), else "Remix".</summary>
    public static string Kinship(ImageRecipe parent, ImageRecipe child)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(child);
        return child == parent ? "Again" : child with { Seed = parent.Seed } == parent ? "Re-roll" : "Remix";
    }
}
