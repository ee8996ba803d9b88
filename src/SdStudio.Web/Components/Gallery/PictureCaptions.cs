using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Components.Gallery;

/// <summary>What the grid says about its pictures, asked for as they come near the window.</summary>
internal sealed class PictureCaptions(GalleryStore gallery)
{
    // Some ten screens of the densest grid; then it starts anew rather than grow with the gallery.
    private const int Most = 4000;

    private readonly Dictionary<long, PictureCaption> _captions = [];

    /// <summary>Asks for those that are not known yet.</summary>
    public async Task LoadAsync(IEnumerable<long> ids)
    {
        List<long> missing = [.. ids.Where(id => !_captions.ContainsKey(id))];
        if (missing.Count == 0)
        {
            return;
        }

        if (_captions.Count > Most)
        {
            _captions.Clear();
        }

        foreach (GalleryImage image in await gallery.FindAsync(missing))
        {
            _captions[image.Id] = new PictureCaption(image.Recipe.Prompt, image.IsFavourite);
        }
    }

    /// <summary>The picture has changed.</summary>
    /// <returns>Whether anything was known about it.</returns>
    public bool Forget(long id) => _captions.Remove(id);

    public string AltText(long id) => _captions.TryGetValue(id, out PictureCaption caption) ? PictureWords.AltText(caption.Prompt) : "Picture";

    public bool IsFavourite(long id) => _captions.TryGetValue(id, out PictureCaption caption) && caption.IsFavourite;
}
