using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Generation;

/// <summary>
/// Keeps loaded models between jobs, as many as their memory allows; what was used least recently goes first. Used and disposed by the worker's
/// thread; others may read which model was used last.
/// </summary>
internal sealed class PipelineHost(PipelineLoader load, PipelineProof prove, ModelMemory memory) : IDisposable
{
    /// <summary>The most recently used first.</summary>
    private readonly List<Kept> _kept = [];

    /// <summary>What models took when they were loaded last, by path; also of those that are gone.</summary>
    private readonly Dictionary<string, long> _measured = new(StringComparer.Ordinal);
    private ModelFile? _model;

    /// <summary>The model of the last job; null while there is none.</summary>
    public ModelFile? Model => Volatile.Read(ref _model);

    public bool Holds(ModelFile model) => _kept.Exists(kept => SameFile(kept.Model, model));

    /// <exception cref="UnusableRecipeException">It is known to be broken.</exception>
    /// <exception cref="Diffusion.DiffusionException">It cannot be loaded; what was loaded before stays.</exception>
    public IImagePipeline For(ModelFile model, CancellationToken cancellationToken)
    {
        Measure();
        if (_kept.Find(kept => SameFile(kept.Model, model)) is { } known)
        {
            known.Start = memory.InUse();
            return Use(known);
        }

        // What is known to be broken, or shows to be without loading, must not cost a model that works.
        if (model.Problem is { } problem)
        {
            throw new UnusableRecipeException($"The model {model.Title} cannot be used: {problem}", FailureReason.UnusableModel);
        }

        prove(model, cancellationToken);
        MakeRoom(_measured.TryGetValue(model.Path, out long taken) ? taken : ModelMemory.Estimate(model.Size));
        long before = memory.InUse();
        return Use(new Kept(model, load(model, cancellationToken), before));
    }

    /// <summary>Frees all models, also after a failure that may have left one in an unknown state.</summary>
    public void Unload()
    {
        Volatile.Write(ref _model, null);
        while (_kept.Count > 0)
        {
            Free(_kept[^1]);
        }
    }

    public void Dispose() => Unload();

    /// <summary>What the model of the last job takes by now: decoders are loaded with the first picture, and LoRAs may hold some.</summary>
    private void Measure()
    {
        if (_kept is [var last, ..])
        {
            long now = memory.InUse();
            last.Bytes += Math.Max(0, now - last.Start);
            last.Start = now;
            _measured[last.Model.Path] = last.Bytes;
        }
    }

    private void MakeRoom(long needed)
    {
        while (_kept.Count > 0 && (memory.Budget == 0 || _kept.Sum(kept => kept.Bytes) + needed > memory.Budget))
        {
            Free(_kept[^1]);
        }
    }

    private IImagePipeline Use(Kept kept)
    {
        _kept.Remove(kept);
        _kept.Insert(0, kept);
        Volatile.Write(ref _model, kept.Model);
        return kept.Pipeline;
    }

    private void Free(Kept kept)
    {
        // Out of the list first: what fails while it is freed must not be used again.
        _kept.Remove(kept);
        if (ReferenceEquals(Model, kept.Model))
        {
            Volatile.Write(ref _model, null);
        }

        kept.Pipeline.Dispose();
    }

    private static bool SameFile(ModelFile loaded, ModelFile wanted) =>
        loaded.Path == wanted.Path && loaded.Size == wanted.Size && loaded.Name == wanted.Name;

    /// <param name="start">Bytes in use before it was loaded.</param>
    private sealed class Kept(ModelFile model, IImagePipeline pipeline, long start)
    {
        public ModelFile Model => model;

        public IImagePipeline Pipeline => pipeline;

        /// <summary>Bytes in use when it was last taken up, or measured.</summary>
        public long Start { get; set; } = start;

        /// <summary>What it was measured to take; 0 until its first job is over.</summary>
        public long Bytes { get; set; }
    }
}
