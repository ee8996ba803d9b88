using SdStudio.Storage.Gallery;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>What stands in the middle of the Create page; a closed set.</summary>
public abstract record Canvas
{
    private Canvas()
    {
    }

    /// <summary>Nothing yet: what to type.</summary>
    public sealed record Empty : Canvas;

    /// <summary>A job that waits or runs.</summary>
    public sealed record Live(GenerationJob Job) : Canvas;

    /// <summary>A finished picture.</summary>
    /// <param name="Last">The preview it develops from; null when nobody saw it form.</param>
    public sealed record Picture(GalleryImage Image, PreviewFrame? Last) : Canvas;

    /// <summary>A job that was ended on the way; its last preview stays.</summary>
    public sealed record Stopped(GenerationJob Job) : Canvas;

    /// <param name="Failure">What happened, and what may help.</param>
    public sealed record Failed(GenerationJob Job, JobOutcome.Failed Failure) : Canvas;
}
