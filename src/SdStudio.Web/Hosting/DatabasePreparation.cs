using Microsoft.Extensions.Options;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Hosting;

/// <summary>Before the first page: the database is brought up to date, and what a crash interrupted is ended.</summary>
internal sealed class DatabasePreparation(StudioDatabase database, GalleryStore gallery, IOptions<GalleryOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await database.MigrateAsync(cancellationToken);
        await gallery.RecoverAsync(TimeSpan.FromDays(options.Value.TrashDays), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
