using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// Which weight a key of a LoRA file speaks of. Training scripts name layers after the original checkpoint or after diffusers, with dots
/// turned into underscores (kohya), or as diffusers has them (PEFT); all of them are computed from the model's own names.
/// </summary>
internal sealed class LoraKeyMap
{
    private static readonly (string Ending, LoraPart Part)[] s_parts =
    [
        (".lora_down.weight", LoraPart.Down),
        (".lora_up.weight", LoraPart.Up),
        (".lora_mid.weight", LoraPart.Mid),
        (".alpha", LoraPart.Alpha),
        (".lora_A.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up),
        (".lora.down.weight", LoraPart.Down),
        (".lora.up.weight", LoraPart.Up),
    ];

    /// <summary>Other ways of factoring a change, by what their tensors are called.</summary>
    private static readonly (string Mark, string Name)[] s_otherKinds =
    [
        (".hada_", "LoHa"),
        (".lokr_", "LoKr"),
        (".oft_", "OFT"),
        (".dora_scale", "DoRA"),
        (".diff", "full differences"),
    ];

    private readonly Dictionary<string, (Component Component, string Weight)> _weights = new(StringComparer.Ordinal);

    public LoraKeyMap(IWeightSource unet, IWeightSource textEncoder)
    {
        KeyMap map = KeyMap.ForUNet(UNetLayout.FromNames(unet.Contains));
        foreach (NetworkModule module in map.Modules)
        {
            Add(unet, Component.UNet, module, "lora_unet_", "unet.");
        }

        foreach (string name in textEncoder.Names.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            string module = name[..^".weight".Length];
            Add(textEncoder, Component.TextEncoder, new NetworkModule(module, module), "lora_te_", "text_encoder.");
        }
    }

    /// <returns>Null for a key of an unknown kind.</returns>
    public static (string Layer, LoraPart Part)? Split(string key)
    {
        foreach ((string ending, LoraPart part) in s_parts)
        {
            if (key.EndsWith(ending, StringComparison.Ordinal))
            {
                return (key[..^ending.Length], part);
            }
        }

        return null;
    }

    /// <returns>The name of another way of factoring; null for a key that is of none.</returns>
    public static string? OtherKind(string key) =>
        s_otherKinds.FirstOrDefault(row => key.Contains(row.Mark, StringComparison.Ordinal)).Name;

    /// <param name="layer">A key without its part.</param>
    /// <returns>Null for a layer that the model does not have.</returns>
    public (Component Component, string Weight)? Find(string layer) =>
        _weights.TryGetValue(layer, out (Component, string) weight) ? weight : null;

    private void Add(IWeightSource weights, Component component, NetworkModule module, string kohya, string peft)
    {
        string weight = module.Original + ".weight";
        if (weights.Contains(weight))
        {
            _weights[kohya + module.Original.Replace('.', '_')] = (component, weight);
            _weights[kohya + module.Diffusers.Replace('.', '_')] = (component, weight);
            _weights[peft + module.Diffusers] = (component, weight);
        }
    }
}
