namespace SdStudio.Storage.Models;

/// <summary>What lies in the model folders. Scanned at start and on demand; never blocks a reader.</summary>
public sealed class ModelCatalog
{
    /// <summary>All models of the last scan, by title.</summary>
    public IReadOnlyList<ModelFile> Models => throw new NotImplementedException();

    /// <summary>Raised after a scan that found something new, changed or gone.</summary>
    public event Action? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    public ModelFile? Find(ModelKind kind, string name) => throw new NotImplementedException();

    public Task ScanAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
