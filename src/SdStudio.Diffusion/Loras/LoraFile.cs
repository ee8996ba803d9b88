using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>A LoRA on disk: small factors that change a model's weights.</summary>
public sealed class LoraFile : IDisposable
{
    private const int KeysInMessage = 3;

    private readonly ITensorFile _file;

    private LoraFile(ITensorFile file)
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

    /// <inheritdoc cref="MadeFor"/>
    public static string? FamilyOf(SafetensorsHeader header) => LoraOrigin.Guess(header);

    /// <exception cref="CheckpointException">The file is broken.</exception>
    public static LoraFile Open(string path) => new(TensorFile.Open(path));

    /// <summary>Finds the weight of every key; all of them or none.</summary>
    /// <param name="unet">The model's UNet.</param>
    /// <param name="textEncoders">The model's text encoders, in its order.</param>
    /// <exception cref="LoraMismatchException">Some key has no place in this model, or another shape.</exception>
    public MatchedLora Match(IWeightSource unet, params ReadOnlySpan<IWeightSource> textEncoders)
    {
        ArgumentNullException.ThrowIfNull(unet);
        Dictionary<string, LoraLayer> layers = Layers();
        LoraKeyMap map = new(unet, textEncoders);

        ImmutableArray<string> strangers = [.. layers.Keys.Where(layer => map.Find(layer) is null).Order(StringComparer.Ordinal)];
        if (strangers.Length > 0)
        {
            throw Mismatch($"{strangers.Length} of its {layers.Count} layers have no place in it, the first of them {string.Join(", ", strangers.Take(KeysInMessage).Select(Wording.Quote))}", strangers);
        }

        Dictionary<string, LoraDelta> unetDeltas = new(StringComparer.Ordinal);
        Dictionary<string, LoraDelta>[] textDeltas = new Dictionary<string, LoraDelta>[textEncoders.Length];
        for (int encoder = 0; encoder < textDeltas.Length; encoder++)
        {
            textDeltas[encoder] = new(StringComparer.Ordinal);
        }

        foreach (LoraLayer layer in layers.Values)
        {
            LoraTarget target = map.Find(layer.Name)!;
            Dictionary<string, LoraDelta> deltas = target.Component == Component.UNet ? unetDeltas : textDeltas[target.Encoder];
            if (!deltas.TryAdd(target.Weight, Delta(layer, target.Shape)))
            {
                throw Mismatch($"it changes the weight {Wording.Quote(target.Weight)} twice, under different names", [layer.Name]);
            }
        }

        return new MatchedLora(unetDeltas, [.. textDeltas]);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>For what only shows when values are read.</summary>
    internal LoraMismatchException Broken(string layer, string what) =>
        new(Name, $"The LoRA {Wording.Quote(Name)} is damaged: its layer {Wording.Quote(layer)} has {what}. Download it again.", [layer], MadeFor);

    private Dictionary<string, LoraLayer> Layers()
    {
        Dictionary<string, LoraLayer> layers = new(StringComparer.Ordinal);
        foreach ((string key, TensorEntry tensor) in _file.Header.Tensors)
        {
            if (LoraKeyMap.OtherKind(key) is { } kind)
            {
                throw new LoraMismatchException(Name, $"The LoRA {Wording.Quote(Name)} is of the kind {kind}, which SdStudio does not read yet.", [key], MadeFor);
            }

            if (LoraKeyMap.Split(key) is not (string name, LoraPart part))
            {
                throw Mismatch($"its key {Wording.Quote(key)} is of an unknown kind", [key]);
            }

            if (!layers.TryGetValue(name, out LoraLayer? layer))
            {
                layers.Add(name, layer = new LoraLayer(this, _file, name));
            }

            if (!layer.TryAdd(part, tensor))
            {
                throw Mismatch($"its layer {Wording.Quote(name)} has the same part twice", [name]);
            }
        }

        return layers.Count > 0 ? layers : throw new LoraMismatchException(Name, $"The file {Wording.Quote(Name)} is empty: it holds no LoRA.");
    }

    private LoraDelta Delta(LoraLayer layer, Shape target)
    {
        if (LoraForm.Of(layer) is not { } form)
        {
            throw Mismatch($"its layer {Wording.Quote(layer.Name)} lacks its factors", [layer.Name]);
        }

        string? reason = target.Rank < 2 || target.ElementCount == 0
            ? $"it changes a weight that is no matrix, {target}"
            : form.WhyNot(layer, target) ?? MagnitudeForm.WhyNot(layer, target);
        return reason is null ? new LoraDelta(layer, form, target) : throw Mismatch($"at {Wording.Quote(layer.Name)} {reason}", [layer.Name]);
    }

    private LoraMismatchException Mismatch(string reason, ImmutableArray<string> keys)
    {
        string origin = MadeFor is { } family ? $" It seems to be made for {family}." : "";
        return new LoraMismatchException(
            Name, $"The LoRA {Wording.Quote(Name)} does not fit this model: {reason}.{origin} Choose another model, or leave this LoRA out.", [.. keys.Take(KeysInMessage)], MadeFor);
    }
}
