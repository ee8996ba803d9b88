using Microsoft.Extensions.Options;
using SdStudio.Storage.Models;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Hosting;

/// <summary>Keeps the catalogue true while the program runs, unless the settings say otherwise.</summary>
internal sealed class ModelWatching(ModelWatcher watcher, IOptions<ModelsOptions> options) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.Watch ? watcher.RunAsync(stoppingToken) : Task.CompletedTask;
}
