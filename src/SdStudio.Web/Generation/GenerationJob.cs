using SdStudio.Diffusion;

namespace SdStudio.Web.Generation;

/// <summary>One run of a recipe: waiting, running or ended. Shared by all browsers; safe on any thread.</summary>
public sealed class GenerationJob
{
    public long Id => throw new NotImplementedException();

    public ImageRecipe Recipe => throw new NotImplementedException();

    /// <summary>The browser that asked for it.</summary>
    public string Owner => throw new NotImplementedException();

    public long? ParentId => throw new NotImplementedException();

    /// <summary>The latest snapshot.</summary>
    public JobProgress Progress => throw new NotImplementedException();

    /// <summary>Null until the job has ended (a picture counts as finished when it is saved).</summary>
    public JobOutcome? Outcome => throw new NotImplementedException();

    /// <summary>All frames so far, first to last; empty when nobody watched.</summary>
    public IReadOnlyList<PreviewFrame> Frames => throw new NotImplementedException();

    /// <summary>Hears of every new snapshot, on any thread, at most some 20 times a second, newest wins.</summary>
    public IDisposable Subscribe(Action changed) => throw new NotImplementedException();

    /// <summary>Like <see cref="Subscribe"/>, and previews are made as long as anyone watches.</summary>
    public IDisposable Watch(Action changed) => throw new NotImplementedException();

    /// <summary>Ends this job: skipped when it waits, stopped within a fraction of a step when it runs.</summary>
    public void Cancel() => throw new NotImplementedException();
}
