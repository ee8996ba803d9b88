using NetVips;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Models;

/// <summary>
/// The pictures beside model files, encoded anew: they came with a download, so their bytes never reach a browser. Their size is known
/// before they are decoded, and few are decoded at a time.
/// </summary>
public sealed class ModelPreviews : IDisposable
{
    private const long MostBytes = 32 * 1024 * 1024;
    private const long MostPixels = 64_000_000;

    private static readonly string[] s_loaders = ["pngload_buffer", "jpegload_buffer", "webpload_buffer"];

    private readonly SemaphoreSlim _turns = new(2, 2);

    /// <summary>Longest sides that can be had, pixels.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [256, 512];

    /// <param name="size">One of <see cref="Sizes"/>.</param>
    /// <returns>WebP; null when there is no picture, or none that can be shown.</returns>
    public async Task<byte[]?> EncodeAsync(ModelFile model, int size, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.PreviewPath is not { } path || !Sizes.Contains(size))
        {
            return null;
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > MostBytes)
            {
                return null;
            }

            byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            return await Task.Run(() => Encode(bytes, size), cancellationToken);
        }
        catch (Exception exception) when (exception is VipsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static byte[]? Encode(byte[] bytes, int size)
    {
        // By content: a name may say anything.
        using Image picture = Vips.Open(bytes);
        if (!s_loaders.Contains(picture.Get("vips-loader") as string) || (long)picture.Width * picture.Height > MostPixels)
        {
            return null;
        }

        using Image small = picture.ThumbnailImage(size, height: size, size: Enums.Size.Down);
        return Thumbnails.Save(small);
    }
}
