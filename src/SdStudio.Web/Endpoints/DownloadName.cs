using System.Globalization;
using System.Text;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Endpoints;

/// <summary>File names for people: the first words of the prompt, in letters that every system accepts in a name.</summary>
internal static class DownloadName
{
    private const int MaxLength = 60;

    /// <summary>With the id, so that two pictures of one prompt lie side by side.</summary>
    public static string For(GalleryImage image) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words(image.Recipe.Prompt)}-{image.Id}.png");

    /// <summary>For guests: without the id, and without the prompt where the recipe is not shown.</summary>
    public static string ForGuest(GalleryImage image, bool showsRecipe) =>
        showsRecipe ? $"{Words(image.Recipe.Prompt)}.png" : "picture.png";

    private static string Words(string prompt)
    {
        StringBuilder name = new(MaxLength);
        foreach (Rune rune in prompt.EnumerateRunes())
        {
            if (name.Length >= MaxLength)
            {
                break;
            }

            if (Rune.IsLetterOrDigit(rune))
            {
                name.Append(Rune.ToLowerInvariant(rune));
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }

        string words = name.ToString();
        // Rather a word less than half a word.
        int lastGap = words.LastIndexOf('-');
        words = words.Length >= MaxLength && lastGap > MaxLength / 2 ? words[..lastGap] : words.Trim('-');
        return words.Length == 0 ? "picture" : words;
    }
}
