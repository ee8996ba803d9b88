using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>The progress line: steps done, time of a step, time left. Screen readers hear start, half and end only.</summary>
public sealed partial class StepStatus : ComponentBase
{
    /// <summary>Before this step the measured time says little.</summary>
    private const int MeasuredFrom = 3;

    // The token --calm.
    private static readonly TimeSpan s_calm = TimeSpan.FromMilliseconds(280);

    private string? _announced;

    [Parameter, EditorRequired]
    public required JobProgress Progress { get; set; }

    /// <summary>What is being done while it is no step.</summary>
    [Parameter]
    public string Sentence { get; set; } = "";

    /// <summary>Time to the finished picture, from earlier pictures where this one has not been measured.</summary>
    [Parameter]
    public TimeSpan? Estimate { get; set; }

    [Parameter]
    public bool Ended { get; set; }

    private bool IsDenoising => Progress.Stage is GenerationStage.Denoising;

    private bool IsMeasured => Progress.Step >= MeasuredFrom;

    private TimeSpan? Left => IsMeasured ? Progress.TimeLeft ?? Estimate : Estimate;

    private string StepText => IsDenoising ? $"Step {Progress.Step}/{Progress.Steps}" : Sentence;

    /// <summary>Of the model's weights while they are read, of the steps after that.</summary>
    private string Percent => FormattableString.Invariant($"{(Progress.Stage is GenerationStage.LoadingModel ? Progress.Loaded ?? 0 : Progress.Fraction) * 100:0.#}%");

    /// <summary>The line glides for as long as a step takes, at most: with steps faster than its usual pace it would stay behind.</summary>
    private string Glide => Progress.StepTime is { } step && step < s_calm
        ? FormattableString.Invariant($"{step.TotalMilliseconds:0}ms")
        : "var(--calm)";

    protected override void OnParametersSet()
    {
        if (Ended || Progress.Stage is GenerationStage.Decoding)
        {
            _announced = "The last step is done";
        }
        else if (IsDenoising && Progress.Step > 0)
        {
            _announced = Progress.Step * 2 < Progress.Steps ? $"Making a picture in {Progress.Steps} steps" : "Half of the steps are done";
        }
    }
}
