using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Gallery;

/// <summary>A finished picture in the gallery.</summary>
public sealed record GalleryImage
{
    /// <summary>Grows with time of creation, so it is also the gallery's order and its keyset cursor.</summary>
    public required long Id { get; init; }

    public required ImageRecipe Recipe { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From the first step to the decoded picture.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The browser that asked for it (a random id from a cookie).</summary>
    public required string Owner { get; init; }

    /// <summary>The picture this one was re-rolled or remixed from.</summary>
    public long? ParentId { get; init; }

    public bool IsFavourite { get; init; }

    /// <summary>Set while the picture lies in the trash.</summary>
    public DateTimeOffset? TrashedAt { get; init; }

    /// <summary>What its file is.</summary>
    public ImageFormat Format { get; init; }

    /// <summary>The program that made it, for people, where that was another; null for pictures that were made here, empty where nothing says how it was made.</summary>
    public string? Program { get; init; }

    /// <summary>Whether its file lies outside of the studio's folder, where somebody may move or delete it.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether <see cref="Recipe"/> says how it was made.</summary>
    public bool HasRecipe => Program is not "";

    /// <summary>Steps of its denoising that were kept, side by side in the film; 0 when nobody watched.</summary>
    public int FilmFrames { get; init; }

    /// <summary>The cell of a plot that it fills; null for a picture on its own.</summary>
    public PlotCell? Plot { get; init; }

    /// <summary>On what it was made, and what its latent was on the way; null for older pictures and those of other programs.</summary>
    public PictureTrace? Trace { get; init; }

    /// <summary>Whether steps of its denoising were kept.</summary>
    public bool HasFilm => FilmFrames > 0;
}
