namespace SdStudio.Web.Generation;

/// <summary>Turns what a load reports into the job's snapshots. Weights are read on many threads, so a share that comes late is passed over.</summary>
internal sealed class LoadReport(GenerationJob job) : IProgress<double>
{
    public void Report(double value) => job.Update(progress => progress with { Loaded = Math.Clamp(Math.Max(value, progress.Loaded ?? 0), 0, 1) });
}
