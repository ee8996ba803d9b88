using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Downloads;

namespace SdStudio.Web.Components.Get;

/// <summary>One thing that a link leads to: its size, how it is proven, where it goes.</summary>
public sealed partial class PlanLine : ComponentBase
{
    private string _place = ModelPlaces.Checkpoints;
    private string? _hash;

    /// <summary>Why it cannot be downloaded as things are; null: it can.</summary>
    private string? _standing;

    /// <summary>What is wrong with the hash that was typed.</summary>
    private string? _wrong;

    [Parameter, EditorRequired]
    public required DownloadPlan Plan { get; set; }

    [Parameter, EditorRequired]
    public required DownloadQueue Queue { get; set; }

    /// <summary>The most useful of several; a page has one button that stands out.</summary>
    [Parameter]
    public bool IsFirst { get; set; }

    [Parameter]
    public EventCallback<DownloadPlan> OnDownload { get; set; }

    private bool CanAddHash => Plan.Files is [{ Sha256: null }];

    private string Facts => string.Join(" · ", new[]
    {
        Plan.Size is { } size ? ByteSize.Text(size) : "size not said",
        Plan.Files.Count > 1 ? Count.Of(Plan.Files.Count, "file") : null,
        Plan.Files.All(file => file.Sha256 is not null) ? "checked by its SHA-256" : Plan.Files.Any(file => file.Sha256 is not null) ? "weights checked by their SHA-256" : "no SHA-256 known",
        $"goes to {Chosen.Target}",
    }.OfType<string>());

    private DownloadPlan Chosen => Plan.FolderName is null ? Plan with { Place = _place } : Plan;

    protected override void OnInitialized()
    {
        _place = Plan.Place;
        Look();
    }

    private void Look() => _standing = Queue.Complaint(Chosen);

    private async Task DownloadAsync()
    {
        DownloadPlan plan = Chosen;
        try
        {
            if (CanAddHash && !string.IsNullOrWhiteSpace(_hash))
            {
                plan = plan.WithHash(Sha256Text.Normalise(_hash) ?? throw new DownloadException("A SHA-256 has 64 digits from 0 to 9 and a to f."));
            }

            _wrong = null;
        }
        catch (DownloadException problem)
        {
            _wrong = problem.Message;
            return;
        }

        Look();
        if (_standing is null)
        {
            await OnDownload.InvokeAsync(plan);
        }
    }
}
