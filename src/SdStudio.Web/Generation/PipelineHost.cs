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

    /// <summary>What models took when they were used last, by path and that of the refiner with them; also of those that are gone.</summary>
    private readonly Dictionary<(string Model, string? Refiner), long> _measured = [];
    private ModelFile? _model;

    /// <summary>What made room for a model that then could not be loaded; null: nothing did.</summary>
    private Kept? _lost;

    /// <summary>The model of the last job; null while there is none.</summary>
    public ModelFile? Model => Volatile.Read(ref _model);

    public bool Holds(ModelFile model) => Find(model) is not null;

    /// <param name="loaded">Told how far it is, where it has to be loaded.</param>
    /// <exception cref="UnusableRecipeException">It is known to be broken.</exception>
    /// <exception cref="Diffusion.DiffusionException">It cannot be loaded; what had to make room for it comes back with <see cref="Restore"/>.</exception>
    public IImagePipeline For(PipelineDemand demand, IProgress<double> loaded, CancellationToken cancellationToken)
    {
        ModelFile model = demand.Model;
        _lost = null;
        Measure();
        if (Find(model) is { } known)
        {
            // Its refiner comes into memory with this job, so others may have to go for that alone.
            MakeRoom(RefinerNeed(demand, known), except: known);
            known.Take(demand, memory.InUse());
            return Use(known);
        }

        // What is known to be broken, or shows to be without loading, must not cost a model that works.
        if (model.Problem is { } problem)
        {
            throw new UnusableRecipeException($"The model {model.Title} cannot be used: {problem}", FailureReason.UnusableModel);
        }

        prove(demand, cancellationToken);
        Kept? previous = _kept.FirstOrDefault();
        MakeRoom(Need(demand), except: null);
        _lost = previous is null || _kept.Contains(previous) ? null : previous;
        long before = memory.InUse();
        Kept fresh = new(demand, load(demand, loaded, cancellationToken), before);
        _lost = null;
        return Use(fresh);
    }

    /// <summary>Loads again the model that made room for one that then could not be loaded, so that the next job with it does not wait; nothing where none did.</summary>
    public void Restore(CancellationToken cancellationToken)
    {
        if (_lost is not { } lost)
        {
            return;
        }

        _lost = null;
        PipelineDemand demand = new(lost.Model, lost.Recipe);
        long before = memory.InUse();
        Use(new Kept(demand, load(demand, new Silence(), cancellationToken), before));
    }

    /// <summary>Frees the model of the last job, after a failure that may have left it in an unknown state; the others stay.</summary>
    public void Discard()
    {
        if (_kept.Count > 0)
        {
            Free(_kept[0]);
        }
    }

    /// <summary>Frees all models.</summary>
    public void Unload()
    {
        Volatile.Write(ref _model, null);
        while (_kept.Count > 0)
        {
            Free(_kept[^1]);
        }
    }

    public void Dispose() => Unload();

    /// <summary>What the model of the last job takes by now: decoders and refiners are loaded with a picture, and LoRAs may hold some.</summary>
    private void Measure()
    {
        if (_kept is [var last, ..])
        {
            long now = memory.InUse();
            last.Bytes += Math.Max(0, now - last.Start);
            last.Start = now;
            _measured[(last.Model.Path, last.Refiner?.Path)] = last.Bytes;
        }
    }

    /// <summary>Bytes that loading all of it will take: as measured, else by its size.</summary>
    private long Need(PipelineDemand demand) =>
        _measured.TryGetValue((demand.Model.Path, demand.Refiner?.Path), out long taken) ? taken : NeedOf(demand.Model) + (demand.Refiner is { } refiner ? NeedOf(refiner) : 0);

    private long NeedOf(ModelFile model) => _measured.TryGetValue((model.Path, null), out long taken) ? taken : ModelMemory.Estimate(model.Size);

    /// <summary>Bytes that come on top of a loaded model.</summary>
    private long RefinerNeed(PipelineDemand demand, Kept known) => demand.Refiner is { } refiner && refiner.Path != known.Refiner?.Path ? NeedOf(refiner) : 0;

    private void MakeRoom(long needed, Kept? except)
    {
        if (needed == 0)
        {
            return;
        }

        while (_kept.FindLast(kept => kept != except) is { } least && (memory.Budget == 0 || _kept.Sum(kept => kept.Bytes) + needed > memory.Budget))
        {
            Free(least);
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

    private Kept? Find(ModelFile model) => _kept.Find(kept => SameFile(kept.Model, model));

    private static bool SameFile(ModelFile loaded, ModelFile wanted) =>
        loaded.Path == wanted.Path && loaded.Size == wanted.Size && loaded.Name == wanted.Name;

    /// <param name="demand">Of the job that it was loaded for.</param>
    /// <param name="start">Bytes in use before it was loaded.</param>
    private sealed class Kept(PipelineDemand demand, IImagePipeline pipeline, long start)
    {
        public ModelFile Model => demand.Model;

        public Diffusion.ImageRecipe Recipe => demand.Recipe;

        public IImagePipeline Pipeline => pipeline;

        /// <summary>The one that its last picture with a refiner had: it stays until another is asked for.</summary>
        public ModelFile? Refiner { get; private set; } = demand.Refiner;

        /// <summary>Bytes in use when it was last taken up, or measured.</summary>
        public long Start { get; set; } = start;

        /// <summary>What it was measured to take; 0 until its first job is over.</summary>
        public long Bytes { get; set; }

        public void Take(PipelineDemand next, long inUse) => (Refiner, Start) = (next.Refiner ?? Refiner, inUse);
    }

    private sealed class Silence : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }
}
