using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Generation;

/// <summary>Keeps the loaded model between jobs. Used and disposed by the worker's thread; others may read which model it is.</summary>
internal sealed class PipelineHost(PipelineLoader load) : IDisposable
{
    private IImagePipeline? _pipeline;
    private ModelFile? _model;

    /// <summary>The model in memory; null while there is none.</summary>
    public ModelFile? Model => Volatile.Read(ref _model);

    public bool Holds(ModelFile model) => _pipeline is not null && SameFile(_model, model);

    public IImagePipeline For(ModelFile model, CancellationToken cancellationToken)
    {
        if (_pipeline is not null && SameFile(_model, model))
        {
            return _pipeline;
        }

        // What the scan already knows to be broken must not cost the model that works.
        if (model.Problem is { } problem)
        {
            throw new UnusableRecipeException($"The model {model.Title} cannot be used: {problem}", FailureReason.UnusableModel);
        }

        // First out, then in: two models at once are more than the memory of most machines.
        Unload();
        _pipeline = load(model, cancellationToken);
        Volatile.Write(ref _model, model);
        return _pipeline;
    }

    /// <summary>Frees the model, also after a failure that may have left it in an unknown state.</summary>
    public void Unload()
    {
        Volatile.Write(ref _model, null);
        IImagePipeline? pipeline = _pipeline;
        _pipeline = null;
        pipeline?.Dispose();
    }

    public void Dispose() => Unload();

    private static bool SameFile(ModelFile? loaded, ModelFile wanted) =>
        loaded is not null && loaded.Path == wanted.Path && loaded.Size == wanted.Size && loaded.Name == wanted.Name;
}
