using SdStudio.Cli;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class StudioFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_StudioThatNeverRan_AreThoseOfTheSettings()
    {
        string data = Path.Combine(_folder, "data");

        Assert.Equal(["/models"], StudioFolders.Of(new StudioSettings(["/models"], data, new DownloadSettings())).Roots);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Of_FoldersThatWereAddedInThePage_AreThereTooWhileTheStudioRuns()
    {
        string models = Path.Combine(_folder, "models"), comfy = Path.Combine(_folder, "comfy");
        Directory.CreateDirectory(Path.Combine(comfy, "models", "loras"));
        await File.WriteAllTextAsync(Path.Combine(comfy, "folder_paths.py"), "");
        using StudioDatabase database = new(new GalleryPaths(Path.Combine(_folder, "data")));
        await database.MigrateAsync();
        Assert.Null(await new ModelRootStore(database, [models]).AddAsync(comfy));

        StudioFolders folders = StudioFolders.Of(new StudioSettings([models], Path.Combine(_folder, "data"), new DownloadSettings()));

        Assert.Equal([models, comfy], folders.Roots);
        Assert.Contains(Path.Combine(comfy, "models"), folders.Places);
    }
}
