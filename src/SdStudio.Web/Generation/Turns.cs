namespace SdStudio.Web.Generation;

/// <summary>Who is next. Jobs whose model is loaded may go before others, so that several models do not take turns with every picture, within fair bounds.</summary>
/// <param name="mostOvertaken">How often a waiting job is overtaken at most.</param>
internal sealed class Turns(int mostOvertaken)
{
    /// <summary>
    /// The first job, or the first behind it whose model is loaded. It is the first of its owner's, so that everybody's own pictures keep their order;
    /// and nobody is overtaken for ever.
    /// </summary>
    /// <param name="waiting">In their order; not empty.</param>
    /// <param name="overtaken">How often a job was overtaken already.</param>
    /// <returns>Its place among those that wait.</returns>
    public int Next(IReadOnlyList<GenerationJob> waiting, Predicate<GenerationJob> isLoaded, Func<GenerationJob, int> overtaken)
    {
        HashSet<string> owners = new(StringComparer.Ordinal);
        for (int i = 0; i < waiting.Count; i++)
        {
            GenerationJob job = waiting[i];
            if (owners.Add(job.Owner) && isLoaded(job))
            {
                return i;
            }

            if (overtaken(job) >= mostOvertaken)
            {
                break;
            }
        }

        return 0;
    }

    /// <summary>
    /// The order in which those that wait will be taken, if nothing comes and nothing goes. How many models the memory holds is not known here: one
    /// that has to be loaded is thought to push out the others.
    /// </summary>
    /// <param name="waiting">In their order.</param>
    /// <param name="loaded">Names of the models that are loaded when the next one is taken.</param>
    public List<GenerationJob> Foresee(IEnumerable<GenerationJob> waiting, IReadOnlySet<string> loaded)
    {
        List<GenerationJob> rest = [.. waiting], order = [];
        Dictionary<GenerationJob, int> overtaken = rest.ToDictionary(job => job, job => job.Overtaken);
        while (rest.Count > 0)
        {
            int next = Next(rest, job => loaded.Contains(job.Recipe.Checkpoint), job => overtaken[job]);
            rest[..next].ForEach(job => overtaken[job]++);
            GenerationJob taken = rest[next];
            loaded = loaded.Contains(taken.Recipe.Checkpoint) ? loaded : new HashSet<string>(StringComparer.Ordinal) { taken.Recipe.Checkpoint };
            order.Add(taken);
            rest.RemoveAt(next);
        }

        return order;
    }
}
