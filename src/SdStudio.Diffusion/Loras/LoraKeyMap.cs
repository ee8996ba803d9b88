using System.Collections.Frozen;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// Which weight a key of a LoRA file speaks of. Training scripts name layers after the original checkpoint or after diffusers, with dots
/// turned into underscores (kohya, LyCORIS), or with dots (PEFT, diffusers); all of them are computed from the model's own names.
/// </summary>
internal sealed class LoraKeyMap
{
    private static readonly (string Ending, LoraPart Part)[] s_parts =
    [
        (".alpha", LoraPart.Alpha),
        (".lora_down.weight", LoraPart.Down),
        (".lora_up.weight", LoraPart.Up),
        (".lora_mid.weight", LoraPart.Mid),
        (".lora_A.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up),
        (".lora_A.default.weight", LoraPart.Down),
        (".lora_B.default.weight", LoraPart.Up),
        (".lora.down.weight", LoraPart.Down),
        (".lora.up.weight", LoraPart.Up),
        ("_lora.down.weight", LoraPart.Down),
        ("_lora.up.weight", LoraPart.Up),
        (".lora_linear_layer.down.weight", LoraPart.Down),
        (".lora_linear_layer.up.weight", LoraPart.Up),
        (".hada_w1_a", LoraPart.Hada1A),
        (".hada_w1_b", LoraPart.Hada1B),
        (".hada_w2_a", LoraPart.Hada2A),
        (".hada_w2_b", LoraPart.Hada2B),
        (".hada_t1", LoraPart.Hada1Core),
        (".hada_t2", LoraPart.Hada2Core),
        (".lokr_w1", LoraPart.Kron1),
        (".lokr_w1_a", LoraPart.Kron1A),
        (".lokr_w1_b", LoraPart.Kron1B),
        (".lokr_w2", LoraPart.Kron2),
        (".lokr_w2_a", LoraPart.Kron2A),
        (".lokr_w2_b", LoraPart.Kron2B),
        (".lokr_t2", LoraPart.Kron2Core),
        (".diff", LoraPart.Difference),
        (".dora_scale", LoraPart.Magnitude),
        (".lora_magnitude_vector", LoraPart.Magnitude),
        (".lora_magnitude_vector.weight", LoraPart.Magnitude),
        (".lora_magnitude_vector.default.weight", LoraPart.Magnitude),
    ];

    /// <summary>The same by their last letter: a file has thousands of keys.</summary>
    private static readonly FrozenDictionary<char, (string Ending, LoraPart Part)[]> s_partsByLetter =
        s_parts.GroupBy(row => row.Ending[^1]).ToFrozenDictionary(rows => rows.Key, rows => rows.ToArray());

    /// <summary>Other ways of changing a model, by what their tensors are called.</summary>
    private static readonly (string Mark, string Name)[] s_otherKinds =
    [
        (".oft_", "OFT"),
        (".diff_b", "differences of biases"),
        (".w_norm", "differences of normalisations"),
        (".b_norm", "differences of normalisations"),
        (".a1.weight", "GLoRA"),
        (".a2.weight", "GLoRA"),
    ];

    /// <summary>What stands before a layer of the UNet, with underscores and with dots.</summary>
    private static readonly string[] s_unetUnderscored = ["lora_unet_", "lycoris_"];

    private static readonly string[] s_unetDotted = ["unet.", "base_model.model.", "diffusion_model.", ""];

    /// <summary>The same of each text encoder, in the model's order.</summary>
    private static readonly (string[] Underscored, string[] Dotted)[] s_text =
    [
        (["lora_te_", "lora_te1_"], ["text_encoder."]),
        (["lora_te2_"], ["text_encoder_2."]),
    ];

    private readonly Dictionary<string, LoraTarget> _targets = new(StringComparer.Ordinal);

    public LoraKeyMap(IWeightSource unet, ReadOnlySpan<IWeightSource> textEncoders)
    {
        foreach (NetworkModule module in KeyMap.ForUNet(UNetLayout.FromNames(unet.Contains)).Modules)
        {
            LoraTarget target = new(Component.UNet, 0, unet, module.Original + ".weight");
            Add(target, s_unetUnderscored, s_unetDotted, module.Original);
            Add(target, s_unetUnderscored, s_unetDotted, module.Diffusers);
            Add(target, [], s_unetDotted, WithProcessor(module.Diffusers));
        }

        for (int encoder = 0; encoder < Math.Min(textEncoders.Length, s_text.Length); encoder++)
        {
            foreach (string name in textEncoders[encoder].Names.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
            {
                LoraTarget target = new(Component.TextEncoder, encoder, textEncoders[encoder], name);
                string module = name[..^".weight".Length];
                Add(target, s_text[encoder].Underscored, s_text[encoder].Dotted, module);
                Add(target, [], s_text[encoder].Dotted, WithOldProjections(module));
            }
        }
    }

    /// <returns>Null for a key of an unknown kind.</returns>
    public static (string Layer, LoraPart Part)? Split(string key) => EndingOf(key) is { } row ? (key[..^row.Ending.Length], row.Part) : null;

    /// <returns>Null for a key of an unknown kind.</returns>
    public static LoraPart? PartOf(string key) => EndingOf(key)?.Part;

    /// <returns>The name of another way of changing a model; null for a key that is of none.</returns>
    public static string? OtherKind(string key) =>
        s_otherKinds.FirstOrDefault(row => key.Contains(row.Mark, StringComparison.Ordinal)).Name;

    /// <param name="layer">A key without its part.</param>
    /// <returns>Null for a layer that the model does not have.</returns>
    public LoraTarget? Find(string layer) => _targets.GetValueOrDefault(layer);

    private static (string Ending, LoraPart Part)? EndingOf(string key)
    {
        if (key.Length > 0 && s_partsByLetter.TryGetValue(key[^1], out (string Ending, LoraPart Part)[]? rows))
        {
            foreach ((string Ending, LoraPart Part) row in rows)
            {
                if (key.EndsWith(row.Ending, StringComparison.Ordinal))
                {
                    return row;
                }
            }
        }

        return null;
    }

    /// <summary>Early versions of diffusers kept LoRAs in the attention's processor: <c>attn1.processor.to_q_lora.down.weight</c>.</summary>
    private static string WithProcessor(string module)
    {
        foreach (string attention in new[] { ".attn1.", ".attn2." })
        {
            int place = module.LastIndexOf(attention, StringComparison.Ordinal);
            if (place >= 0)
            {
                string projection = module[(place + attention.Length)..];
                return $"{module[..place]}{attention}processor.{(projection == "to_out.0" ? "to_out" : projection)}";
            }
        }

        return module;
    }

    /// <summary>In text encoders they called projections as the UNet does: <c>self_attn.to_q_lora.down.weight</c>.</summary>
    private static string WithOldProjections(string module) => module
        .Replace(".self_attn.q_proj", ".self_attn.to_q", StringComparison.Ordinal)
        .Replace(".self_attn.k_proj", ".self_attn.to_k", StringComparison.Ordinal)
        .Replace(".self_attn.v_proj", ".self_attn.to_v", StringComparison.Ordinal)
        .Replace(".self_attn.out_proj", ".self_attn.to_out", StringComparison.Ordinal);

    private void Add(LoraTarget target, string[] underscored, string[] dotted, string module)
    {
        if (!target.Source.Contains(target.Weight))
        {
            return;
        }

        foreach (string prefix in underscored)
        {
            _targets[prefix + module.Replace('.', '_')] = target;
        }

        foreach (string prefix in dotted)
        {
            _targets[prefix + module] = target;
        }
    }
}
