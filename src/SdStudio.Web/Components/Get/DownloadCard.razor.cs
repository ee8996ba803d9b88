using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Models;
using SdStudio.Web.Downloads;

namespace SdStudio.Web.Components.Get;

/// <summary>A download that waits, runs, stands still or has just ended.</summary>
public sealed partial class DownloadCard : ComponentBase
{
    private readonly string _titleId = $"download-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required DownloadEntry Entry { get; set; }

    /// <summary>What came of it, once it is among the models.</summary>
    [Parameter]
    public ModelFile? Model { get; set; }

    /// <summary>For the owner.</summary>
    [Parameter]
    public bool CanChange { get; set; }

    [Parameter]
    public bool IsOffline { get; set; }

    /// <summary>Of its title among the headings of the page.</summary>
    [Parameter]
    public int Level { get; set; } = 3;

    [Parameter]
    public EventCallback OnPause { get; set; }

    [Parameter]
    public EventCallback OnResume { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    private string? Look => Entry.State switch
    {
        DownloadState.Failed => "broken",
        DownloadState.Done => "done",
        DownloadState.Running => null,
        _ => "still",
    };

    private string CloseWord => Entry.State == DownloadState.Done ? "Close" : "Cancel";

    private string CloseName => Entry.State == DownloadState.Done ? $"Take {Entry.Plan.Title} off this list" : $"Cancel the download of {Entry.Plan.Title}";

    private string? UseAddress => Model is { } model && ModelWords.CanBeUsed(model) ? ModelWords.UseAddress(model) : null;
}
