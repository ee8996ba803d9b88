namespace SdStudio.Storage.Models.Downloads;

/// <summary>Adds up the files of an order and says how far it is, how fast, and how long it will take.</summary>
internal sealed class DownloadMeter(DownloadOrder order, DownloadFolder folder, IProgress<DownloadProgress>? progress, TimeProvider time)
{
    private readonly TransferRate _rate = new(time);
    private long _total = folder.Received(order);
    private long _current;
    private string _file = "";
    private DownloadStage _stage = DownloadStage.Asking;

    public void Begin(PlannedFile file)
    {
        _file = file.Path;
        // What is here of it already counts as part of the total.
        _current = DownloadFolder.LengthOf(folder.PartOf(order, IndexOf(file))) ?? 0;
        Report();
    }

    public void Enter(DownloadStage stage)
    {
        _stage = stage;
        Report();
    }

    /// <param name="bytes">Of the current file that are here; fewer than before when it begins anew.</param>
    public void Received(long bytes)
    {
        _total += bytes - _current;
        _current = bytes;
        _rate.Add(_total);
        // Every block, since it may be the last for a long time; whoever shows it takes as much as suits.
        Report();
    }

    public void End()
    {
        _current = 0;
        Report();
    }

    private int IndexOf(PlannedFile file) => order.Plan.Files.TakeWhile(other => other != file).Count();

    private void Report()
    {
        long? size = order.Plan.Size;
        TimeSpan? left = _stage == DownloadStage.Receiving ? _rate.Left(size - _total) : null;
        progress?.Report(new DownloadProgress(_stage, _file, _total, size, _stage == DownloadStage.Receiving ? _rate.BytesPerSecond : null, left));
    }
}
