using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Styles;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Prompts;

/// <summary>Pages over real wildcard files, styles and gallery in a folder of the test's own.</summary>
public abstract class PromptsContext : PartsContext, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    protected PromptsContext()
    {
        GalleryPaths paths = new(_folder);
        Wildcards = new WildcardFolder(Path.Combine(_folder, "wildcards"), TimeProvider.System);
        Styles = new StyleStore(paths);
        Database = new StudioDatabase(paths);
        Gallery = new GalleryStore(Database, paths, TimeProvider.System, NullLogger<GalleryStore>.Instance);
        Services.AddSingleton(Wildcards);
        Services.AddSingleton<IWildcards>(Wildcards);
        Services.AddSingleton(Styles);
        Services.AddSingleton(Gallery);
        Services.AddSingleton<PromptExpansion>();
        Services.AddSupplyValueFromQueryProvider();
    }

    protected WildcardFolder Wildcards { get; }

    protected StyleStore Styles { get; }

    protected GalleryStore Gallery { get; }

    private StudioDatabase Database { get; }

    public virtual Task InitializeAsync() => Database.MigrateAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeComponentsAsync();
        Gallery.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
