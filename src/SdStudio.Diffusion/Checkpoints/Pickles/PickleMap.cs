using System.Globalization;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>A dictionary in a pickle. Keys that are neither texts nor whole numbers are of no use here, and left out.</summary>
internal sealed class PickleMap
{
    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);

    public void Set(object? key, object? value)
    {
        if ((key as string ?? (key as long?)?.ToString(CultureInfo.InvariantCulture)) is { } name)
        {
            Values[name] = value;
        }
    }
}
