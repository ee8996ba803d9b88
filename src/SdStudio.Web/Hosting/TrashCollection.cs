using Microsoft.Extensions.Options;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Hosting;

/// <summary>Empties the trash of what has lain there long enough: soon after the start, then once a day.</summary>
internal sealed partial class TrashCollection(GalleryStore gallery, WildcardFolder wildcards, IOptions<GalleryOptions> options, TimeProvider time, ILogger<TrashCollection> logger) : BackgroundService
{
    private static readonly TimeSpan s_afterStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_interval = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(s_afterStart, time, stoppingToken);
            using PeriodicTimer timer = new(s_interval, time);
            do
            {
                await PurgeAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task PurgeAsync(CancellationToken stoppingToken)
    {
        try
        {
            DateTimeOffset before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.TrashDays);
            wildcards.PurgeTrash(before);
            int purged = await gallery.PurgeAsync(before, stoppingToken);
            if (purged > 0)
            {
                LogPurged(purged, options.Value.TrashDays);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotPurged(exception);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} pictures had been in the trash for {Days} days and are gone.")]
    private partial void LogPurged(int count, int days);

    [LoggerMessage(LogLevel.Error, "The trash could not be emptied; the next try is in a day.")]
    private partial void LogNotPurged(Exception exception);
}
