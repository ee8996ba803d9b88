using System.Globalization;
using System.IO.Hashing;
using System.Text;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>
/// The labelled grid pictures of plots, one for each value of the third axis, in <c>plots/000007/grid-0-….jpg</c>. The name holds what the grid
/// shows: once a picture of it is deleted, the old file is no answer any more, and is deleted with the next.
/// </summary>
public sealed class PlotGridFiles(GalleryPaths paths, GalleryStore gallery, PlotStore plots) : IDisposable
{
    private readonly string _folder = Path.Combine(paths.Root, "plots");
    private readonly SemaphoreSlim _turns = new(1, 1);

    /// <summary>The file of one grid, composed now where it is not there.</summary>
    /// <param name="z">From 0.</param>
    /// <param name="titleOf">What a model of this kind and name is called.</param>
    /// <returns>Full path; null where there is no such grid, or no picture in it.</returns>
    public async Task<string?> FindAsync(Plot plot, int z, Func<ModelKind, string, string> titleOf, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plot);
        ArgumentNullException.ThrowIfNull(titleOf);
        (int columns, int rows, int grids) = plot.Definition.Size;
        if (z < 0 || z >= grids)
        {
            return null;
        }

        IReadOnlyDictionary<int, PlotPicture> made = await plots.PicturesAsync(plot.Id, cancellationToken);
        PlotPicture?[] cells = [.. Enumerable.Range(plot.Definition.CellOf(0, 0, z), columns * rows).Select(made.GetValueOrDefault)];
        if (cells.All(cell => cell is null))
        {
            return null;
        }

        PlotLabels labels = new(plot.Definition, titleOf);
        string? title = labels.TitleOf(z);
        string content = string.Join('\n', [.. cells.Select(cell => cell?.Id.ToString(CultureInfo.InvariantCulture) ?? ""), .. labels.Columns, .. labels.Rows, title ?? ""]);
        string folder = Path.Combine(_folder, plot.Id.ToString("000000", CultureInfo.InvariantCulture));
        string prefix = string.Create(CultureInfo.InvariantCulture, $"grid-{z}-");
        string path = Path.Combine(folder, $"{prefix}{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(content)):x16}.jpg");

        await _turns.WaitAsync(cancellationToken);
        try
        {
            if (File.Exists(path))
            {
                return path;
            }

            string?[] files = new string?[cells.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                files[i] = cells[i] is { } cell ? await gallery.PictureFileAsync(cell.Id, cancellationToken) : null;
            }

            (int width, int height) = (cells.Max(cell => cell?.Width ?? 0), cells.Max(cell => cell?.Height ?? 0));
            byte[] jpeg = await Task.Run(() => PlotGridPicture.Encode(title, labels.Columns, labels.Rows, files, width, height), cancellationToken);
            Directory.CreateDirectory(folder);
            foreach (string old in Directory.EnumerateFiles(folder, prefix + "*"))
            {
                File.Delete(old);
            }

            await ImageFiles.WriteAsync(path, jpeg, cancellationToken);
            return path;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Forgets the grids of a plot that was deleted.</summary>
    public void Delete(long plot)
    {
        string folder = Path.Combine(_folder, plot.ToString("000000", CultureInfo.InvariantCulture));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _turns.Dispose();
}
