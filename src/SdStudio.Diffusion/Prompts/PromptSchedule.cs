using System.Collections.Immutable;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Which text a prompt is at each step, in the syntax of A1111: <c>[from:to:when]</c> changes after step <c>when</c>, or after that share of the steps where
/// it has a point; <c>[to:when]</c> and <c>[from::when]</c> add and remove; <c>[a|b]</c> takes turns.
/// </summary>
/// <param name="Texts">Each with the last step, counted from 1, at which it stands; at least one.</param>
public sealed record PromptSchedule(ImmutableArray<ScheduledText> Texts)
{
    /// <summary>What does not parse is one text for all steps.</summary>
    /// <param name="steps">Evaluations of the network that the sampler is going to make, at least 1.</param>
    public static PromptSchedule Parse(string prompt, int steps)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (ScheduleTree.Parse(prompt) is not { } tree)
        {
            return Of(prompt, steps);
        }

        SortedSet<int> ends = [steps];
        tree.CollectEnds(steps, ends);
        return new PromptSchedule([.. ends.Select(end => new ScheduledText(end, tree.At(end, steps)))]);
    }

    /// <summary>One text for all steps.</summary>
    public static PromptSchedule Of(string prompt, int steps = 1) => new([new ScheduledText(steps, prompt)]);

    /// <summary>Place in <see cref="Texts"/> of what stands at an evaluation.</summary>
    /// <param name="evaluation">From 0. Beyond the last one, where an adaptive sampler may go, the first text stands again, as in A1111.</param>
    public int At(int evaluation)
    {
        for (int i = 0; i < Texts.Length; i++)
        {
            if (evaluation <= Texts[i].End)
            {
                return i;
            }
        }

        return 0;
    }

    public bool Equals(PromptSchedule? other) => other is not null && Texts.AsSpan().SequenceEqual(other.Texts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Texts.Length, Texts[0]);
}
