using System.Globalization;

namespace SdStudio.Storage.Models;

/// <summary>Sizes and times of a model's files: while these stay the same, so does all that is known of it.</summary>
/// <param name="Text">Of every file that tells of the model.</param>
/// <param name="LastChange">Of its weights and configs, UTC.</param>
/// <param name="PictureVersion">Changes with the picture beside it; null without one.</param>
internal readonly record struct ModelStamp(string Text, DateTime LastChange, string? PictureVersion)
{
    public static ModelStamp Read(FoundModel model, string? picture, IEnumerable<string> notes)
    {
        DateTime lastChange = DateTime.MinValue;
        var parts = new List<string> { model.Kind.ToString() };
        foreach (FileInfo file in Weights(model))
        {
            parts.Add(Of(file));
            lastChange = file.Exists && file.LastWriteTimeUtc > lastChange ? file.LastWriteTimeUtc : lastChange;
        }

        parts.AddRange(notes.Select(path => Of(new FileInfo(path))));
        string? version = picture is null ? null : Of(new FileInfo(picture));
        return new ModelStamp(string.Join(';', [.. parts, $"{picture}:{version}"]), lastChange, version);
    }

    /// <summary>A folder's time tells nothing of what lies deeper, so its files are asked one by one: there are few.</summary>
    private static IEnumerable<FileInfo> Weights(FoundModel model)
    {
        try
        {
            return model.IsFolder
                ? [.. new DirectoryInfo(model.Path).EnumerateFiles(), .. ModelFolders.OwnFolders(model.Path).SelectMany(inner => inner.EnumerateFiles())]
                : [new FileInfo(model.Path)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Of(FileInfo file) =>
        file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}") : "gone";
}
