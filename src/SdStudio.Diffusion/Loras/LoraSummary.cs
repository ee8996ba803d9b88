using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Loras;

/// <summary>What the header of a LoRA tells about it, without a model to put it on.</summary>
/// <param name="Form">How it changes weights: "LoRA", "LoCon", "LoHa", "LoKr", "full differences"; with "DoRA" where lengths are kept.</param>
/// <param name="Naming">Whose names its layers have: "kohya", "diffusers", "PEFT".</param>
/// <param name="UNetLayers">Layers of the UNet that it changes.</param>
/// <param name="TextLayers">Layers of text encoders that it changes.</param>
/// <param name="Ranks">In ascending order; empty where its form has none.</param>
/// <param name="MadeFor">The family; null where nothing tells.</param>
/// <param name="Unread">A way of changing a model that is in it and is not read; null for none.</param>
public sealed record LoraSummary(string Form, string Naming, int UNetLayers, int TextLayers, ImmutableArray<long> Ranks, string? MadeFor, string? Unread)
{
    private static readonly string[] s_textPrefixes = ["lora_te", "text_encoder", "base_model.model.text_model.", "te_"];

    /// <summary>Whether a file holds a LoRA; nothing else is looked at.</summary>
    public static bool IsLora(SafetensorsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        int parts = 0;
        bool changes = false;
        foreach (string key in header.Tensors.Keys)
        {
            if (LoraKeyMap.PartOf(key) is { } part)
            {
                parts++;
                changes |= part != LoraPart.Alpha;
            }
        }

        // A checkpoint has none of these; one that is named like a LoRA has to be for the most part.
        return changes && parts * 2 >= header.Tensors.Count;
    }

    /// <returns>Null for a file that holds no LoRA.</returns>
    public static LoraSummary? Of(SafetensorsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!IsLora(header))
        {
            return null;
        }

        Dictionary<string, List<(LoraPart Part, TensorEntry Tensor)>> layers = new(StringComparer.Ordinal);
        string? unread = null;
        foreach ((string key, TensorEntry tensor) in header.Tensors)
        {
            unread ??= LoraKeyMap.OtherKind(key);
            if (LoraKeyMap.Split(key) is (string layer, LoraPart part))
            {
                if (!layers.TryGetValue(layer, out List<(LoraPart, TensorEntry)>? parts))
                {
                    layers.Add(layer, parts = []);
                }

                parts.Add((part, tensor));
            }
        }

        HashSet<LoraPart> present = [.. layers.Values.SelectMany(layer => layer).Select(part => part.Part)];
        present.Remove(LoraPart.Alpha);
        int text = layers.Keys.Count(layer => s_textPrefixes.Any(prefix => layer.StartsWith(prefix, StringComparison.Ordinal)));
        return new LoraSummary(FormOf(present, layers), NamingOf(header), layers.Count - text, text, RanksOf(layers), LoraOrigin.Guess(header), unread);
    }

    private static string FormOf(HashSet<LoraPart> present, Dictionary<string, List<(LoraPart Part, TensorEntry Tensor)>> layers)
    {
        bool isConvolutional = layers.Values.SelectMany(layer => layer).Any(part => part.Part == LoraPart.Down && part.Tensor.Shape is { Rank: 4 } shape && (shape[2] > 1 || shape[3] > 1));
        string[] forms =
        [
            .. present.Overlaps([LoraPart.Down, LoraPart.Up]) ? [isConvolutional ? "LoCon" : "LoRA"] : Array.Empty<string>(),
            .. present.Overlaps([LoraPart.Hada1A, LoraPart.Hada2A]) ? ["LoHa"] : Array.Empty<string>(),
            .. present.Overlaps([LoraPart.Kron1, LoraPart.Kron1A, LoraPart.Kron2, LoraPart.Kron2A]) ? ["LoKr"] : Array.Empty<string>(),
            .. present.Contains(LoraPart.Difference) ? ["full differences"] : Array.Empty<string>(),
        ];
        string form = forms.Length == 0 ? "LoRA" : string.Join(" and ", forms);
        return present.Contains(LoraPart.Magnitude) ? $"{form}, as DoRA" : form;
    }

    private static string NamingOf(SafetensorsHeader header)
    {
        IEnumerable<string> keys = header.Tensors.Keys;
        return keys.Any(key => key.StartsWith("lora_unet_", StringComparison.Ordinal) || key.StartsWith("lora_te", StringComparison.Ordinal)) ? "kohya"
            : keys.Any(key => key.Contains(".processor.", StringComparison.Ordinal) || key.Contains(".lora.down.", StringComparison.Ordinal) || key.Contains(".lora_linear_layer.", StringComparison.Ordinal)) ? "diffusers"
            : keys.Any(key => key.Contains(".lora_A.", StringComparison.Ordinal)) ? "PEFT"
            : "LyCORIS";
    }

    private static ImmutableArray<long> RanksOf(Dictionary<string, List<(LoraPart Part, TensorEntry Tensor)>> layers) =>
    [
        .. layers.Values.SelectMany(layer => layer)
            .Where(part => part.Part is LoraPart.Down or LoraPart.Hada1B or LoraPart.Kron1B or LoraPart.Kron2B && part.Tensor.Shape.Rank >= 2)
            .Select(part => part.Tensor.Shape[0])
            .Distinct().Order(),
    ];
}
