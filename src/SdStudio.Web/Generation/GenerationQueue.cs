using System.Diagnostics;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Jobs;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Generation;

/// <summary>All jobs of all browsers: one visible list, one worker. Kept in SQLite, so a restart resumes it.</summary>
public sealed partial class GenerationQueue : IDisposable
{
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(10);
    private const int MostRemembered = 30;

    /// <summary>Between the places of jobs that are not stored; so many are never asked for in a row that they would reach the next whole number.</summary>
    private const double UnkeptStep = 1e-4;

    private readonly JobStore _store;
    private readonly QueueLedger _ledger;
    private readonly PictureTimes _times;
    private readonly int _capacity;
    private readonly Turns _turns;
    private readonly TimeProvider _time;
    private readonly ILogger<GenerationQueue> _logger;
    private readonly Listeners _listeners;

    private readonly Lock _gate = new();
    private readonly List<GenerationJob> _saving = [];
    private readonly List<GenerationJob> _waiting = [];
    private readonly Queue<(GenerationJob Job, long EndedAt)> _ended = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GenerationJob? _running;
    private HashSet<string> _loaded = new(StringComparer.Ordinal);

    /// <summary>Those that wait, as they will be taken; null when it has to be thought out again.</summary>
    private List<GenerationJob>? _foreseen;
    private int _reserved;

    /// <summary>Stored jobs count up from 1, others down.</summary>
    private long _lastUnkept;

    public GenerationQueue(JobStore store, QueueLedger ledger, PictureTimes times, IOptions<GenerationOptions> options, TimeProvider time, ILogger<GenerationQueue> logger)
    {
        (_store, _ledger, _times, _time, _logger) = (store, ledger, times, time, logger);
        (_capacity, _turns) = (options.Value.QueueCapacity, new Turns(options.Value.MostOvertaken));
        _listeners = new Listeners(time, logger);
    }

    /// <summary>The running job first (before it, pictures that are just being saved), then the waiting ones in order; a snapshot.</summary>
    public IReadOnlyList<GenerationJob> Jobs
    {
        get
        {
            lock (_gate)
            {
                return _running is null ? [.. _saving, .. _waiting] : [.. _saving, _running, .. _waiting];
            }
        }
    }

    /// <summary>The job that runs now.</summary>
    public GenerationJob? Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Whether any job waits.</summary>
    internal bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>A job of the list, or one that ended in the last minutes.</summary>
    public GenerationJob? Find(long id)
    {
        lock (_gate)
        {
            ForgetOld();
            return _running?.Id == id ? _running
                : _waiting.Find(job => job.Id == id)
                ?? _saving.Find(job => job.Id == id)
                ?? _ended.Select(ended => ended.Job).FirstOrDefault(job => job.Id == id);
        }
    }

    /// <summary>Ends one of the owner's jobs ("Skip" when it runs). False when it is not theirs or already over.</summary>
    public bool Cancel(long id, string owner) => Find(id) is { } job && job.Owner == owner && Cancel(job);

    /// <summary>Ends all of the owner's jobs: "Stop".</summary>
    public void CancelAll(string owner)
    {
        AllCancelled?.Invoke(owner);

        // From the end, so that none of them starts while those before it go.
        foreach (GenerationJob job in Jobs.Where(job => job.Owner == owner).Reverse())
        {
            Cancel(job);
        }
    }

    /// <summary>Moves one of the owner's waiting jobs before or after their next one; others keep their places.</summary>
    /// <param name="by">Negative towards the front, counted in the owner's own jobs.</param>
    public async Task<bool> MoveAsync(long id, string owner, int by, CancellationToken cancellationToken = default)
    {
        List<GenerationJob> moved = [];
        lock (_gate)
        {
            List<GenerationJob> own = _waiting.FindAll(job => job.Owner == owner);
            int from = own.FindIndex(job => job.Id == id);
            int to = from < 0 ? -1 : (int)Math.Clamp((long)from + by, 0, own.Count - 1);
            if (from == to)
            {
                return false;
            }

            double[] places = [.. own.Select(job => job.Place)];
            GenerationJob job = own[from];
            own.RemoveAt(from);
            own.Insert(to, job);
            for (int i = 0; i < own.Count; i++)
            {
                if (own[i].Place != places[i])
                {
                    own[i].Place = places[i];
                    moved.Add(own[i]);
                }
            }

            Arrange();
        }

        _listeners.Signal();
        foreach (GenerationJob job in moved.Where(job => job.IsKept))
        {
            await _store.MoveAsync(job.Id, job.Place, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Time until this job's picture is expected, in the order in which the worker will take those before it; null while nothing was measured yet.</summary>
    public TimeSpan? TimeUntilDone(GenerationJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Outcome is not null)
        {
            return TimeSpan.Zero;
        }

        GenerationJob? running;
        List<GenerationJob> ahead;
        lock (_gate)
        {
            running = _running;
            _foreseen ??= _turns.Foresee(_waiting, _loaded);
            int index = _foreseen.IndexOf(job);
            ahead = index < 0 ? [] : _foreseen[..(index + 1)];
        }

        TimeSpan? total = running is null ? TimeSpan.Zero : running.Progress.TimeLeft ?? _times.Estimate(running.Recipe);
        foreach (GenerationJob waiting in ahead)
        {
            total += _times.Estimate(waiting.Recipe);
        }

        return total;
    }

    /// <summary>Hears when jobs come, go, start, end or change places; on any thread.</summary>
    public IDisposable Subscribe(Action changed) => _listeners.Add(changed);

    public void Dispose() => _available.Dispose();

    /// <summary>Somebody stops all of theirs; raised before the jobs end.</summary>
    internal event Action<string>? AllCancelled;

    /// <summary>Ends when the jobs of the last run are taken up.</summary>
    internal Task WhenResumedAsync(CancellationToken cancellationToken) => _resumed.Task.WaitAsync(cancellationToken);

    /// <summary>Takes up the jobs that the last run of the program left.</summary>
    internal async Task ResumeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredJob> stored = await _store.ListAsync(cancellationToken);
        lock (_gate)
        {
            _waiting.AddRange(stored.Select(NewJob));
            Arrange();
        }

        if (stored.Count > 0)
        {
            LogResumed(stored.Count);
            _available.Release(stored.Count);
        }

        _resumed.SetResult();
        _listeners.Signal();
    }

    /// <summary>The worker's next job; blocks its thread until there is one. Jobs whose model is loaded may go before others, within fair bounds.</summary>
    /// <param name="isLoaded">Whether a job's model is loaded.</param>
    internal GenerationJob Take(Predicate<GenerationJob> isLoaded, CancellationToken cancellationToken)
    {
        while (true)
        {
            _available.Wait(cancellationToken);
            lock (_gate)
            {
                // A job that was cancelled while it waited leaves its count behind.
                if (_waiting.Count == 0)
                {
                    continue;
                }

                Debug.Assert(_running is null, "One worker, one job.");
                int next = _turns.Next(_waiting, isLoaded, job => job.Overtaken);
                _waiting[..next].ForEach(job => job.Overtaken++);
                _running = _waiting[next];
                _waiting.RemoveAt(next);
                _loaded = LoadedWith(_running, isLoaded);
                _foreseen = null;
            }

            _listeners.Signal();
            return _running;
        }
    }

    /// <summary>The running job's pixels are made: the worker goes on while they are saved.</summary>
    internal void BeginSaving(GenerationJob job)
    {
        lock (_gate)
        {
            _running = null;
            _saving.Add(job);
        }

        _listeners.Signal();
    }

    /// <summary>A job that ran is over: it leaves the list, and the stored queue.</summary>
    internal void End(GenerationJob job, JobOutcome outcome)
    {
        lock (_gate)
        {
            if (_running == job)
            {
                _running = null;
            }

            _saving.Remove(job);
            Remember(job);
        }

        Strike(job);
        job.End(outcome);
        _listeners.Signal();
    }

    private void Arrange()
    {
        _waiting.Sort(InOrder);
        _foreseen = null;
    }

    /// <summary>Names of the models that are loaded once the job runs, as far as jobs wait for them.</summary>
    private HashSet<string> LoadedWith(GenerationJob running, Predicate<GenerationJob> isLoaded)
    {
        HashSet<string> loaded = new(StringComparer.Ordinal) { running.Recipe.Checkpoint };
        if (isLoaded(running))
        {
            // Otherwise it is loaded now, and may push out the others.
            loaded.UnionWith(_waiting.DistinctBy(job => job.Recipe.Checkpoint).Where(job => isLoaded(job)).Select(job => job.Recipe.Checkpoint));
        }

        return loaded;
    }

    private bool Cancel(GenerationJob job)
    {
        lock (_gate)
        {
            if (_running == job)
            {
                job.Stop();
                return true;
            }

            if (!_waiting.Remove(job))
            {
                return false;
            }

            _foreseen = null;

            Remember(job);
        }

        Strike(job);
        job.End(new JobOutcome.Cancelled());
        _listeners.Signal();
        return true;
    }

    private void Strike(GenerationJob job)
    {
        if (job.IsKept)
        {
            _ledger.Strike(job.Id);
        }
    }

    private void Remember(GenerationJob job)
    {
        // Whoever asked for one that is not kept holds it, and its pixels are large.
        if (!job.IsKept)
        {
            return;
        }

        _ended.Enqueue((job, _time.GetTimestamp()));
        ForgetOld();
    }

    private void ForgetOld()
    {
        while (_ended.TryPeek(out (GenerationJob Job, long EndedAt) oldest)
            && (_ended.Count > MostRemembered || _time.GetElapsedTime(oldest.EndedAt) > s_remembered))
        {
            _ended.Dequeue();
        }
    }

    private GenerationJob NewJob(StoredJob stored) => new(stored, isKept: true, Cancel, _time, _logger);

    private static int InOrder(GenerationJob a, GenerationJob b) =>
        a.Place.CompareTo(b.Place) is not 0 and int order ? order : a.Id.CompareTo(b.Id);

    [LoggerMessage(LogLevel.Information, "{Count} pictures were still waiting; they are made now.")]
    private partial void LogResumed(int count);
}
