using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Downloads;

namespace SdStudio.Web.Components.Get;

/// <summary>How far a download is, in words.</summary>
internal static class DownloadWords
{
    /// <summary>"4.3 of 6.9 GB · 48 MB/s", or what is being waited for.</summary>
    public static string Line(DownloadEntry entry) => entry switch
    {
        { State: DownloadState.Running, Progress: { Stage: DownloadStage.Receiving, BytesPerSecond: { } speed } } => $"{Amount(entry)} · {ByteSize.Text((long)speed)}/s",
        { State: DownloadState.Done, Plan.Size: { } size } => ByteSize.Text(size),
        { State: DownloadState.Done } => ByteSize.Text(entry.Received),
        { State: DownloadState.Waiting, Received: 0, Plan.Size: { } size } => ByteSize.Text(size),
        { State: DownloadState.Waiting, Received: 0 } => "Of unknown size",
        _ => Amount(entry),
    };

    /// <summary>What happens next, or why nothing does.</summary>
    public static string Outlook(DownloadEntry entry, bool isOffline) => entry switch
    {
        { State: DownloadState.Done } => "In your models",
        { State: DownloadState.Paused } => "Paused. What is here is kept.",
        { State: DownloadState.Failed } => "Stopped. What is here is kept.",
        { State: DownloadState.Waiting } when isOffline => "Waits: SdStudio works offline.",
        { State: DownloadState.Waiting } => "Waits for its turn.",
        { Progress: null or { Stage: DownloadStage.Asking } } => $"Asking {entry.Plan.Files[0].Address.Host}.",
        { Progress.Stage: DownloadStage.Reconnecting } => "The connection broke; it is taken up again.",
        { Progress.Stage: DownloadStage.Checking } => "All of it is here and is being checked.",
        { Progress.Left: { } left } => $"{Left(left)} You can keep working.",
        _ => "You can keep working.",
    };

    /// <summary>As people say it, so that it does not jump with every second: "About a minute left."</summary>
    public static string Left(TimeSpan left) => left.TotalSeconds switch
    {
        < 10 => "A few seconds left.",
        < 50 => $"About {Math.Round(left.TotalSeconds / 10) * 10:0} s left.",
        < 90 => "About a minute left.",
        < 3570 => $"About {Math.Round(left.TotalMinutes):0} minutes left.",
        < 5400 => "About an hour left.",
        _ => $"About {Math.Round(left.TotalHours):0} hours left.",
    };

    /// <summary>For screen readers: it changes at the start, at the half and at the end, and at nothing in between.</summary>
    public static string? Announcement(IReadOnlyList<DownloadEntry> entries) =>
        entries.LastOrDefault(entry => entry.State is DownloadState.Running or DownloadState.Done or DownloadState.Failed) switch
        {
            null => null,
            { State: DownloadState.Done } done => $"{done.Plan.Title} is in your models",
            { State: DownloadState.Failed } failed => $"The download of {failed.Plan.Title} has stopped",
            { Percent: >= 50 } half => $"Half of {half.Plan.Title} is here",
            { } begun => $"{begun.Plan.Title} is being downloaded",
        };

    /// <summary>What the folder of a model root is for.</summary>
    public static string Place(string place) => place switch
    {
        ModelPlaces.Checkpoints => "Model",
        ModelPlaces.Diffusers => "Model, as a folder",
        ModelPlaces.Loras => "LoRA",
        ModelPlaces.Embeddings => "Embedding",
        ModelPlaces.Vae => "VAE",
        ModelPlaces.TextEncoders => "Text encoder",
        ModelPlaces.PreviewDecoders => "Decoder for previews",
        ModelPlaces.ControlNets => "ControlNet",
        ModelPlaces.Upscalers => "Upscaler",
        _ => place,
    };

    private static string Amount(DownloadEntry entry) =>
        (entry.Progress?.Total ?? entry.Plan.Size) is { } total ? ByteSize.Of(Math.Min(entry.Received, total), total) : ByteSize.Text(entry.Received);
}
