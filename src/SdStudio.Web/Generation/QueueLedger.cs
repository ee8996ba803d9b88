using System.Threading.Channels;
using SdStudio.Storage.Jobs;

namespace SdStudio.Web.Generation;

/// <summary>
/// Strikes ended jobs from the stored queue, in the background: cancelling answers at once and the worker never waits for the disk.
/// A job that ended with a picture is struck after the picture is saved.
/// </summary>
public sealed partial class QueueLedger(JobStore store, ILogger<QueueLedger> logger) : BackgroundService
{
    private readonly Channel<long> _ended = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    internal void Strike(long id) => _ended.Writer.TryWrite(id);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ended.Writer.TryComplete();
        // Out of time is no failure: what was not written is still in the stored queue.
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    // Ends when the channel is complete and empty, not when the program is asked to stop: what was struck stays struck.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<long> ids = [];
        while (await _ended.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (_ended.Reader.TryRead(out long id))
            {
                ids.Add(id);
            }

            try
            {
                await store.RemoveAsync(ids, CancellationToken.None);
            }
            catch (Exception exception)
            {
                LogNotStruck(exception, ids.Count);
            }

            ids.Clear();
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} ended jobs could not be struck from the queue; they would run again after a restart.")]
    private partial void LogNotStruck(Exception exception, int count);
}
