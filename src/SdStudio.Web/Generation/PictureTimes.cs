using System.Collections.Concurrent;
using SdStudio.Diffusion;

namespace SdStudio.Web.Generation;

/// <summary>How long pictures took since the program started, by what decides it. Safe on any thread.</summary>
public sealed class PictureTimes
{
    private readonly ConcurrentDictionary<Kind, (TimeSpan Step, TimeSpan Around)> _measured = new();

    /// <summary>Expected time of a whole picture, without loading the model; null when none like it was made yet.</summary>
    public TimeSpan? Estimate(ImageRecipe recipe) =>
        _measured.TryGetValue(Kind.Of(recipe), out (TimeSpan Step, TimeSpan Around) time) ? time.Step * recipe.Steps + time.Around : null;

    /// <summary>Expected time around the steps: reading the prompt, decoding the picture.</summary>
    internal TimeSpan Around(ImageRecipe recipe) =>
        _measured.TryGetValue(Kind.Of(recipe), out (TimeSpan Step, TimeSpan Around) time) ? time.Around : TimeSpan.Zero;

    internal void Record(ImageRecipe recipe, TimeSpan step, TimeSpan around) => _measured[Kind.Of(recipe)] = (step, around);

    private readonly record struct Kind(string Checkpoint, int Width, int Height, string Sampler, bool IsGuided)
    {
        // Guidance evaluates the network twice a step.
        public static Kind Of(ImageRecipe recipe) =>
            new(recipe.Checkpoint, recipe.Width, recipe.Height, recipe.Sampler, recipe.GuidanceScale != 1);
    }
}
