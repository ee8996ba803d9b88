using System.Globalization;
using System.Text;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Web.Endpoints;

/// <summary>File names for people: the first words of the prompt, in letters that every system accepts in a name.</summary>
internal static class DownloadName
{
    private const int MaxLength = 60;

    /// <summary>With the id, so that two pictures of one prompt lie side by side; without the words where the file says nothing either.</summary>
    public static string For(GalleryImage image, ImageFormat format, RecipeInFile carried) => string.Create(
        CultureInfo.InvariantCulture, $"{(carried == RecipeInFile.None ? "picture" : Words(image.Recipe.Prompt))}-{Math.Abs(image.Id)}{format.Extension()}");

    /// <summary>For guests: without the id, and without the prompt where the recipe is not shown.</summary>
    public static string ForGuest(GalleryImage image, ImageFormat format, bool showsRecipe) =>
        (showsRecipe ? Words(image.Recipe.Prompt) : "picture") + format.Extension();

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
