using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>What the bar above Skip and Stop says: whose picture is made, and when one's own is done.</summary>
/// <param name="Left">"Yours is being made".</param>
/// <param name="Time">"9 s", the one strong thing in the line; null while unknown.</param>
/// <param name="Right">What stands after the time: "left · 1 more of yours waits".</param>
/// <param name="RightStart">What stands before it: "yours in".</param>
public sealed record BarWords(string Left, string? RightStart, string? Time, string? Right)
{
    /// <returns>Null when nobody's picture is being made.</returns>
    public static BarWords? For(GenerationQueue queue, string browser)
    {
        ArgumentNullException.ThrowIfNull(queue);

        IReadOnlyList<GenerationJob> jobs = queue.Jobs;
        if (jobs.Count == 0)
        {
            return null;
        }

        int first = jobs.Count;
        int mine = 0;
        for (int i = jobs.Count - 1; i >= 0; i--)
        {
            if (jobs[i].Owner == browser)
            {
                (first, mine) = (i, mine + 1);
            }
        }

        GenerationJob told = mine > 0 ? jobs[first] : jobs[0];
        return For(told.Progress.TimeLeft ?? queue.TimeUntilDone(told), first, mine, jobs[0].Progress.Stage is not null);
    }

    /// <param name="time">Until the picture is done that the line speaks of: the first of one's own, else the running one.</param>
    /// <param name="ahead">Pictures of others before the first of one's own.</param>
    /// <param name="mine">One's own, running or waiting.</param>
    /// <param name="anyRuns">Whether the first of all has started.</param>
    public static BarWords For(TimeSpan? time, int ahead, int mine, bool anyRuns)
    {
        string? text = time is { } left ? Duration.Text(left) : null;
        if (mine == 0)
        {
            return new BarWords("Someone’s picture is being made", null, text, text is null ? null : "left");
        }

        if (ahead > 0)
        {
            return new BarWords(ahead == 1 ? "Someone’s picture is first" : $"{Count.Text(ahead)} pictures are first", text is null ? null : "yours in", text, null);
        }

        string? more = mine switch
        {
            1 => null,
            2 => "1 more of yours waits",
            _ => $"{Count.Text(mine - 1)} more of yours wait",
        };
        string? right = text is null ? more : more is null ? "left" : $"left · {more}";
        return new BarWords(anyRuns ? "Yours is being made" : "Yours is next", null, text, right);
    }
}
