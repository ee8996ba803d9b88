namespace SdStudio.Diffusion.Inference;

/// <summary>Which provider is used: the first, in order of speed, that is there and passes its trial.</summary>
internal static class ProviderChoice
{
    /// <param name="whyNot">Why a provider is not there; null where it is.</param>
    /// <param name="trial">Opens a provider and tests it; throws <see cref="InferenceException"/> where that fails.</param>
    /// <returns>The trial's result, and a sentence on each faster provider that is not used.</returns>
    /// <exception cref="InferenceException">The requested provider cannot be used.</exception>
    public static (T Chosen, IReadOnlyList<string> NotUsed) Make<T>(
        InferenceProvider requested, IReadOnlyList<ProviderTraits> providers, Func<ProviderTraits, string?> whyNot, Func<ProviderTraits, T> trial)
    {
        List<string> notUsed = [];
        foreach (ProviderTraits traits in providers.Where(p => requested == InferenceProvider.Auto || p.Provider == requested))
        {
            string? reason = whyNot(traits);
            if (reason is null)
            {
                try
                {
                    return (trial(traits), notUsed);
                }
                catch (InferenceException e) when (requested == InferenceProvider.Auto && !traits.IsCpu)
                {
                    reason = e.Message;
                }
            }

            notUsed.Add(reason);
        }

        throw new InferenceException(
            InferenceFailure.DeviceUnavailable, $"{string.Join(' ', notUsed)} Or set Inference:Provider to auto.".TrimStart());
    }
}
