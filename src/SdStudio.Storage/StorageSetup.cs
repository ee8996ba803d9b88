using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Import;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Models;
using SdStudio.Storage.Owner;
using SdStudio.Storage.Plots;
using SdStudio.Storage.Sharing;
using SdStudio.Storage.Styles;

namespace SdStudio.Storage;

/// <summary>Registers everything that is kept.</summary>
public static class StorageSetup
{
    /// <summary>
    /// Before the first use, in this order: <see cref="StudioDatabase.MigrateAsync"/>, then <see cref="GalleryStore.RecoverAsync"/>.
    /// </summary>
    /// <param name="modelRoots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public static IServiceCollection AddStudioStorage(this IServiceCollection services, GalleryPaths paths, IReadOnlyList<string> modelRoots)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(modelRoots);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(paths);
        services.AddSingleton<StudioDatabase>();
        services.AddSingleton<GalleryStore>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<PlotStore>();
        services.AddSingleton<PlotGridFiles>();
        services.AddSingleton<ShareLinkStore>();
        services.AddSingleton<PictureIntake>();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<FolderImporter>();
        services.AddSingleton<StyleStore>();
        services.AddSingleton(new OwnerPassphrase(paths.Root));
        services.AddSingleton(provider => new ModelRootStore(provider.GetRequiredService<StudioDatabase>(), modelRoots));
        services.AddSingleton<ModelProfileStore>();
        services.AddSingleton(provider => new ModelCatalog(
            provider.GetRequiredService<StudioDatabase>(), provider.GetRequiredService<ModelRootStore>(), provider.GetRequiredService<ModelProfileStore>()));
        services.AddSingleton<ModelLibrary>();
        services.AddSingleton<ModelPreviews>();
        services.TryAddSingleton(new ModelWatchSettings(TimeSpan.FromMinutes(10)));
        services.AddSingleton<ModelWatcher>();
        return services;
    }
}
