using System.Globalization;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary>From a link to a model in the folder.</summary>
/// <param name="settings">What may be asked of the internet.</param>
/// <param name="root">Full path of the model folder.</param>
internal sealed class ModelGetting(DownloadSettings settings, string root, TextWriter output)
{
    private readonly DownloadFolder _folder = new(root);

    public int ListStarters()
    {
        output.WriteLine("Models to begin with:");
        foreach (StarterModel model in StarterModels.All)
        {
            output.WriteLine();
            output.WriteLine($"{model.Title}{(_folder.Has(model.Plan) ? " (is here)" : "")}");
            output.WriteLine($"  {model.Words} {Words.Size(model.About)}, licence {model.Licence}.");
            output.WriteLine($"  Needs: {model.Needs}");
            output.WriteLine($"  sdstudio models get {model.File.Address}");
        }

        return ExitCode.Success;
    }

    /// <param name="choice">From 1; null where the link has to lead to one thing.</param>
    /// <param name="place">One of <see cref="ModelPlaces.All"/>; null for the guess.</param>
    /// <param name="hash">64 digits; null where none is known.</param>
    /// <param name="isLook">Fetches nothing.</param>
    /// <exception cref="DownloadException">It did not work; the message says why.</exception>
    public async Task<int> RunAsync(string link, int? choice, string? place, string? hash, bool isLook, CancellationToken cancellationToken)
    {
        IReadOnlyList<DownloadPlan> plans = await FindAsync(link, cancellationToken);
        await output.WriteLineAsync(Words.Printable(plans[0].Title));
        await WriteFieldAsync("Licence", plans[0].Licence ?? "not said");
        await WriteFieldAsync("Note", plans[0].Note);
        if (choice > plans.Count)
        {
            throw new DownloadException($"This link leads to {plans.Count} things, so there is no number {choice}.") { IsFinal = true };
        }

        if (isLook || (plans.Count > 1 && choice is null))
        {
            await ListAsync(plans);
            return ExitCode.Success;
        }

        DownloadPlan plan = plans[(choice ?? 1) - 1];
        plan = place is not null && plan.FolderName is null ? plan with { Place = place } : plan;
        plan = hash is null ? plan : plan.WithHash(hash);
        DownloadOrder order = _folder.Read().FirstOrDefault(kept => kept.Plan.Target == plan.Target && kept.Plan.Files.SequenceEqual(plan.Files))
            ?? DownloadOrder.Of(plan, TimeProvider.System);
        if (_folder.Received(order) == 0 && _folder.Complaint(plan, settings) is { } complaint)
        {
            throw new DownloadException(complaint) { IsFinal = true };
        }

        using ModelDownload download = new(settings, _folder, TimeProvider.System);
        using DownloadLine line = new(output, TimeProvider.System);
        string path = await download.RunAsync(order with { Problem = null, IsPaused = false }, line, cancellationToken);
        line.End();
        await WriteFieldAsync("In place", path);
        return ExitCode.Success;
    }

    /// <summary>A starter's link carries the hash that is known of it.</summary>
    private async Task<IReadOnlyList<DownloadPlan>> FindAsync(string link, CancellationToken cancellationToken)
    {
        if (StarterModels.All.FirstOrDefault(model => model.File.Address.AbsoluteUri == link.Trim()) is { } starter)
        {
            return [starter.Plan];
        }

        using ModelLinks links = new(settings);
        return await links.FindAsync(link, cancellationToken);
    }

    private async Task ListAsync(IReadOnlyList<DownloadPlan> plans)
    {
        foreach ((int index, DownloadPlan plan) in plans.Index())
        {
            string size = plan.Size is { } bytes ? Words.Size(bytes) : "size not said";
            string proof = plan.Files.All(file => file.Sha256 is not null) ? "SHA-256 known" : "no SHA-256 known";
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {index + 1,3}  {Words.Printable(plan.Choice)}: {size}, {proof}, to {Words.Printable(plan.Target)}{(_folder.Has(plan) ? " (is here)" : "")}"));
        }

        if (plans.Count > 1)
        {
            await output.WriteLineAsync("Say which with --choice NUMBER.");
        }
    }

    private async Task WriteFieldAsync(string label, string? value)
    {
        if (value is not null)
        {
            await output.WriteLineAsync($"{label,-16}{Words.Printable(value, 1000)}");
        }
    }
}
