using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Models;

/// <summary>Shown while a model has no tokenizer; gone when it has one.</summary>
public sealed partial class TokenizerNotice : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<ModelFile> _without = [];
    private TokenizerDownloadProgress? _progress;
    private CancellationTokenSource? _stop;
    private string? _problem;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private StudioPaths Paths { get; set; } = default!;

    [Inject]
    private TokenizerDownload Download { get; set; } = default!;

    [Inject]
    private TokenizerDownloadSettings Source { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    private string Title => _without.Count == 1
        ? $"{_without[0].Title} needs a tokenizer"
        : $"{Count.Text(_without.Count)} models need a tokenizer";

    private string Host => Source.Source.Host;

    /// <summary>Without the path above the models: everyone at home may read this page.</summary>
    private string Folder => Path.Combine(Path.GetFileName(Paths.ModelRoots[0].TrimEnd(Path.DirectorySeparatorChar)), Path.GetRelativePath(Paths.ModelRoots[0], TokenizerLocator.DownloadFolder(Paths.ModelRoots[0]))).Replace('\\', '/');

    private int Percent => _progress is { Total: > 0 and var total } progress ? (int)Math.Clamp(100 * progress.Received / total, 0, 100) : 0;

    private string Words => _progress switch
    {
        null => $"Asking {Host}",
        { Total: { } total } => $"{_progress.File}, {ByteSize.Of(_progress.Received, total)}",
        _ => $"{_progress.File}, {ByteSize.Text(_progress.Received)}",
    };

    public void Dispose()
    {
        Catalog.Changed -= OnCatalogChanged;
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Catalog.Changed += OnCatalogChanged;
            await LookAsync();
        }
    }

    private void OnCatalogChanged() => _ = InvokeAsync(LookAsync);

    private async Task LookAsync()
    {
        try
        {
            _without = await TokenizerNeed.FindAsync(Catalog.Models, Catalog.Roots, _left.Token);
            StateHasChanged();
        }
        catch (Exception left) when (left is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left meanwhile.
        }
    }

    private async Task DownloadAsync()
    {
        (_problem, _progress) = (null, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_left.Token);
        _stop = stop;
        try
        {
            Owner.Demand("download the tokenizer");
            await Download.RunAsync(Paths.ModelRoots[0], new Progress<TokenizerDownloadProgress>(Show), stop.Token);
            Notices.Show("The tokenizer is in place");
        }
        catch (Exception exception) when (exception is TokenizerDownloadException or OwnerOnlyException)
        {
            _problem = exception.Message;
        }
        catch (OperationCanceledException)
        {
            // Cancelled, or the page was left; nothing is left behind.
        }
        finally
        {
            _stop = null;
        }

        await LookAsync();
    }

    private void Show(TokenizerDownloadProgress progress)
    {
        _progress = progress;
        StateHasChanged();
    }

    private void Cancel() => _stop?.Cancel();
}
