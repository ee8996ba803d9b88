namespace SdStudio.Diffusion.Loras;

/// <summary>Several LoRAs at once: what each weight of a network gains in all.</summary>
public static class LoraMerge
{
    /// <param name="loras">The changes of one network by each LoRA, and its strength there.</param>
    /// <returns>By weight name, in the order given. Only weights that change are named; a LoRA of strength 0 changes none.</returns>
    public static IReadOnlyDictionary<string, LoraChange> Changes(IEnumerable<(IReadOnlyDictionary<string, LoraDelta> Deltas, float Weight)> loras)
    {
        ArgumentNullException.ThrowIfNull(loras);
        Dictionary<string, LoraChange> changes = new(StringComparer.Ordinal);
        foreach ((IReadOnlyDictionary<string, LoraDelta> deltas, float strength) in loras.Where(lora => lora.Weight != 0))
        {
            foreach ((string name, LoraDelta delta) in deltas)
            {
                changes[name] = changes.TryGetValue(name, out LoraChange? before) ? before.With(delta, strength) : new LoraChange([(delta, strength)]);
            }
        }

        return changes;
    }
}
