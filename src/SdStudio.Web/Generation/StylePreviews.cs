using SdStudio.Storage.Styles;

namespace SdStudio.Web.Generation;

/// <summary>Gives styles a face: the latest picture that was made with them.</summary>
public sealed partial class StylePreviews(StyleStore styles, ILogger<StylePreviews> logger)
{
    /// <summary>Waits until the pictures are there; a job that ends otherwise shows nothing.</summary>
    public async Task FollowAsync(IReadOnlyList<GenerationJob> jobs, IReadOnlyList<string> styleNames)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(styleNames);
        if (styleNames.Count == 0)
        {
            return;
        }

        try
        {
            foreach (GenerationJob job in jobs)
            {
                if (await job.Completion is JobOutcome.Succeeded { ImageId: var picture })
                {
                    foreach (string name in styleNames)
                    {
                        await styles.ShowAsync(name, picture);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            LogNotShown(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A picture was made with a style, but is not shown beside it.")]
    private partial void LogNotShown(Exception exception);
}
