namespace SdStudio.Diffusion.Loras;

/// <summary>Several LoRAs at once: what each weight of a network gains in all.</summary>
public static class LoraMerge
{
    /// <param name="loras">The changes of one network by each LoRA, and its strength there.</param>
    /// <returns>By weight name: adds every LoRA's change to pristine values, in the order given. Only weights that change are named; a LoRA of strength 0 changes none.</returns>
    public static IReadOnlyDictionary<string, Action<Span<float>>> Changes(IEnumerable<(IReadOnlyDictionary<string, LoraDelta> Deltas, float Weight)> loras)
    {
        ArgumentNullException.ThrowIfNull(loras);
        Dictionary<string, Action<Span<float>>> changes = new(StringComparer.Ordinal);
        foreach ((IReadOnlyDictionary<string, LoraDelta> deltas, float scale) in loras.Where(lora => lora.Weight != 0))
        {
            foreach ((string name, LoraDelta delta) in deltas)
            {
                Action<Span<float>>? before = changes.GetValueOrDefault(name);
                changes[name] = before is null
                    ? weight => delta.AddTo(weight, scale)
                    : weight =>
                    {
                        before(weight);
                        delta.AddTo(weight, scale);
                    };
            }
        }

        return changes;
    }
}
