using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Gallery;

/// <summary>Rows to pictures and back.</summary>
internal static class PictureRows
{
    public static GalleryImage ToImage(this PictureRow row) => new()
    {
        Id = row.Id,
        Recipe = RecipeJson.Read(row.Recipe),
        Width = row.Width,
        Height = row.Height,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        Duration = TimeSpan.FromMilliseconds(row.Duration),
        Owner = row.Owner,
        ParentId = row.ParentId,
        IsFavourite = row.IsFavourite,
        TrashedAt = row.TrashedAt is { } trashedAt ? DateTimeOffset.FromUnixTimeMilliseconds(trashedAt) : null,
        FilmFrames = row.FilmFrames,
        Format = ImageFormats.OfOwnName(row.File),
        Program = row.Program,
        IsElsewhere = row.SourcePath is not null,
        Plot = row is { PlotId: { } plot, PlotCell: { } cell } ? new PlotCell(plot, cell) : null,
        Trace = TraceJson.TryRead(row.Trace),
    };

    public static PictureRow NewRow(ImageRecipe recipe, string file, int width, int height, DateTimeOffset createdAt, TimeSpan duration)
    {
        ImageRecipe stored = RecipeJson.WellFormed(recipe);
        var row = new PictureRow
        {
            File = file,
            Width = width,
            Height = height,
            CreatedAt = createdAt.ToUnixTimeMilliseconds(),
            Duration = (long)duration.TotalMilliseconds,
            Owner = "",
            Checkpoint = stored.Checkpoint,
            Prompt = stored.Prompt,
            NegativePrompt = stored.NegativePrompt,
            Recipe = RecipeJson.Write(stored),
        };
        row.Loras.AddRange(stored.Loras.Select(lora => lora.Name).Distinct().Select(name => new PictureLoraRow { Lora = name }));
        return row;
    }
}
