using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;
using SdStudio.Web.Verification;

namespace SdStudio.Web.Components.Verify;

/// <summary>"Verify" on a picture's page: from the job in the queue to the verdict. Closing it ends the job.</summary>
public sealed partial class VerifyDialog : ComponentBase, IDisposable
{
    private static readonly IReadOnlyList<SegOption<bool>> s_views = [new(false, "Side by side"), new(true, "Difference")];

    private VerificationRun? _run;
    private VerificationOutcome? _outcome;
    private IDisposable? _subscription;
    private bool _wasOpen;
    private bool _refused;
    private bool _showsDifference;
    private bool _gone;

    [Parameter, EditorRequired]
    public required GalleryImage Image { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    [Inject]
    private PictureVerifier Verifier { get; set; } = null!;

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    private string Status
    {
        get
        {
            if (_run is not { Job: var job })
            {
                return "Asking for a place in the queue";
            }

            string? left = (job.Progress.TimeLeft ?? Queue.TimeUntilDone(job)) is { } time ? Duration.Text(time) : null;
            return job.Progress switch
            {
                { Stage: null } => left is null ? "Waits for its turn" : $"Waits for its turn, done in {left}",
                { Stage: GenerationStage.LoadingModel } => "Loads the model",
                { Stage: GenerationStage.Denoising } progress => $"Step {progress.Step} of {progress.Steps}{(left is null ? null : $", {left} left")}",
                { Stage: GenerationStage.Decoding } => "Compares the two",
                _ => "Reads the prompt",
            };
        }
    }

    private string Percent => FormattableString.Invariant($"{(_run?.Job.Progress.Fraction ?? 0) * 100:0.#}%");

    public void Dispose()
    {
        _gone = true;
        _subscription?.Dispose();
        _run?.Job.Cancel();
    }

    protected override async Task OnParametersSetAsync()
    {
        bool opens = IsOpen && !_wasOpen;
        _wasOpen = IsOpen;
        if (opens)
        {
            await BeginAsync();
        }
    }

    private static string Source(ReadOnlyMemory<byte> webp) => $"data:image/webp;base64,{Convert.ToBase64String(webp.Span)}";

    private async Task BeginAsync()
    {
        (_outcome, _refused, _showsDifference) = (null, false, false);
        _run = await Verifier.StartAsync(Image, Browser.Id);
        if (_run is not { } run)
        {
            _refused = true;
            return;
        }

        _subscription?.Dispose();
        _subscription = run.Job.Subscribe(() => InvokeAsync(StateHasChanged));
        StateHasChanged();
        VerificationOutcome outcome = await run.Completion;
        if (_run == run && !_gone)
        {
            _outcome = outcome;
            StateHasChanged();
        }
    }

    private Task CancelAsync()
    {
        _run?.Job.Cancel();
        return Task.CompletedTask;
    }

    private Task OpenChangedAsync(bool open)
    {
        if (!open)
        {
            // Nobody waits for the answer any more.
            _run?.Job.Cancel();
        }

        return IsOpenChanged.InvokeAsync(open);
    }
}
