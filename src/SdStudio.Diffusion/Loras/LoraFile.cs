using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>A LoRA on disk: small factors that change a model's weights.</summary>
public sealed class LoraFile : IDisposable
{
    private const int KeysInMessage = 3;

    private readonly SafetensorsFile _file;

    private LoraFile(SafetensorsFile file)
    {
        _file = file;
    }

    public string Path => _file.Path;

    /// <summary>Without folder and extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(_file.Path);

    /// <summary>What the training script left about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Header.Metadata;

    /// <summary>The family it seems to be trained on; null where nothing tells.</summary>
    public string? MadeFor => LoraOrigin.Guess(_file.Header);

    /// <exception cref="CheckpointException">The file is broken.</exception>
    public static LoraFile Open(string path) => new(SafetensorsFile.Open(path));

    /// <summary>Finds the weight of every key; all of them or none.</summary>
    /// <exception cref="LoraMismatchException">Some key has no place in this model, or another shape.</exception>
    public MatchedLora Match(IWeightSource unet, IWeightSource textEncoder)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(textEncoder);
        Dictionary<string, Dictionary<LoraPart, TensorEntry>> layers = Layers();
        LoraKeyMap map = new(unet, textEncoder);

        ImmutableArray<string> strangers = [.. layers.Keys.Where(layer => map.Find(layer) is null).Order(StringComparer.Ordinal)];
        if (strangers.Length > 0)
        {
            throw Mismatch($"{strangers.Length} of its {layers.Count} layers have no place in it, the first of them {string.Join(", ", strangers.Take(KeysInMessage).Select(Wording.Quote))}", strangers);
        }

        Dictionary<string, LoraDelta> unetDeltas = new(StringComparer.Ordinal);
        Dictionary<string, LoraDelta> textDeltas = new(StringComparer.Ordinal);
        foreach ((string layer, Dictionary<LoraPart, TensorEntry> parts) in layers)
        {
            (Component component, string weight) = map.Find(layer)!.Value;
            (Dictionary<string, LoraDelta> deltas, IWeightSource source) = component == Component.UNet ? (unetDeltas, unet) : (textDeltas, textEncoder);
            if (!deltas.TryAdd(weight, Delta(layer, parts, source.ShapeOf(weight))))
            {
                throw Mismatch($"it changes the weight {Wording.Quote(weight)} twice, under different names", [layer]);
            }
        }

        return new MatchedLora(unetDeltas, textDeltas);
    }

    public void Dispose() => _file.Dispose();

    private Dictionary<string, Dictionary<LoraPart, TensorEntry>> Layers()
    {
        Dictionary<string, Dictionary<LoraPart, TensorEntry>> layers = new(StringComparer.Ordinal);
        foreach ((string key, TensorEntry tensor) in _file.Header.Tensors)
        {
            if (LoraKeyMap.OtherKind(key) is { } kind)
            {
                throw new LoraMismatchException(Name, $"The LoRA {Wording.Quote(Name)} is of the kind {kind}, which SdStudio does not read yet.", [key], MadeFor);
            }

            if (LoraKeyMap.Split(key) is not (string layer, LoraPart part))
            {
                throw Mismatch($"its key {Wording.Quote(key)} is of an unknown kind", [key]);
            }

            if (!layers.TryGetValue(layer, out Dictionary<LoraPart, TensorEntry>? parts))
            {
                layers.Add(layer, parts = []);
            }

            if (!parts.TryAdd(part, tensor))
            {
                throw Mismatch($"its layer {Wording.Quote(layer)} has the same part twice", [layer]);
            }
        }

        return layers.Count > 0 ? layers : throw new LoraMismatchException(Name, $"The file {Wording.Quote(Name)} is empty: it holds no LoRA.");
    }

    private LoraDelta Delta(string layer, Dictionary<LoraPart, TensorEntry> parts, Shape target)
    {
        if (!parts.TryGetValue(LoraPart.Up, out TensorEntry up) || !parts.TryGetValue(LoraPart.Down, out TensorEntry down))
        {
            throw Mismatch($"its layer {Wording.Quote(layer)} lacks one of its two factors", [layer]);
        }

        TensorEntry? mid = parts.TryGetValue(LoraPart.Mid, out TensorEntry core) ? core : null;
        if (LoraDelta.WhyNot(up, down, mid, target) is { } reason)
        {
            throw Mismatch($"at {Wording.Quote(layer)} {reason}", [layer]);
        }

        return new LoraDelta(_file, up, down, mid, parts.TryGetValue(LoraPart.Alpha, out TensorEntry alpha) ? Alpha(layer, alpha) : null, target);
    }

    private float Alpha(string layer, TensorEntry tensor)
    {
        Span<float> value = stackalloc float[1];
        if (tensor.Shape.ElementCount != 1)
        {
            throw Mismatch($"the alpha of its layer {Wording.Quote(layer)} is not one number", [layer]);
        }

        _file.CopyTo(tensor, MemoryMarshal.AsBytes(value), ElementType.Float32);
        return float.IsFinite(value[0]) ? value[0] : throw Mismatch($"the alpha of its layer {Wording.Quote(layer)} is not a number", [layer]);
    }

    private LoraMismatchException Mismatch(string reason, ImmutableArray<string> keys)
    {
        string origin = MadeFor is { } family ? $" It seems to be made for {family}." : "";
        return new LoraMismatchException(
            Name, $"The LoRA {Wording.Quote(Name)} does not fit this model: {reason}.{origin} Choose another model, or leave this LoRA out.", [.. keys.Take(KeysInMessage)], MadeFor);
    }
}
