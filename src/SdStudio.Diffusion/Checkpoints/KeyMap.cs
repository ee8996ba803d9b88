namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The one table of weight names: diffusers folders on the left, the original checkpoint on the right.
/// It is computed from a network's layout, and so is also the list of what a complete network has.
/// </summary>
public sealed class KeyMap
{
    private static readonly (string Diffusers, string Original)[] s_unetEnds =
    [
        ("conv_in", "input_blocks.0.0"),
        ("time_embedding.linear_1", "time_embed.0"),
        ("time_embedding.linear_2", "time_embed.2"),
        ("conv_norm_out", "out.0"),
        ("conv_out", "out.2"),
    ];

    private static readonly (string Diffusers, string Original)[] s_labelEmbedding =
    [
        ("add_embedding.linear_1", "label_emb.0.0"),
        ("add_embedding.linear_2", "label_emb.0.2"),
    ];

    private static readonly (string Diffusers, string Original)[] s_unetResnet =
    [
        ("norm1", "in_layers.0"),
        ("conv1", "in_layers.2"),
        ("time_emb_proj", "emb_layers.1"),
        ("norm2", "out_layers.0"),
        ("conv2", "out_layers.3"),
    ];

    private static readonly string[] s_transformerEnds = ["norm", "proj_in", "proj_out"];

    private static readonly string[] s_transformerBlock =
    [
        "norm1", "attn1.to_out.0", "norm2", "attn2.to_out.0", "norm3", "ff.net.0.proj", "ff.net.2",
    ];

    private static readonly string[] s_transformerProjections =
    [
        "attn1.to_q", "attn1.to_k", "attn1.to_v", "attn2.to_q", "attn2.to_k", "attn2.to_v",
    ];

    private static readonly string[] s_vaeResnet = ["norm1", "conv1", "norm2", "conv2"];

    private static readonly (string Diffusers, string Original)[] s_vaeAttention =
    [
        ("group_norm", "norm"),
        ("to_q", "q"),
        ("to_k", "k"),
        ("to_v", "v"),
        ("to_out.0", "proj_out"),
    ];

    /// <summary>What folders written by early versions of diffusers call the parts of the VAE's attention.</summary>
    private static readonly (string Old, string Diffusers)[] s_oldVaeAttention =
    [
        (".query", ".to_q"),
        (".key", ".to_k"),
        (".value", ".to_v"),
        (".proj_attn", ".to_out.0"),
    ];

    private static readonly string[] s_textLayer =
    [
        "layer_norm1", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "layer_norm2", "mlp.fc1", "mlp.fc2",
    ];

    private readonly Dictionary<string, NetworkModule> _byDiffusers;

    private KeyMap(List<NetworkModule> modules)
    {
        Modules = modules;
        _byDiffusers = modules.ToDictionary(module => module.Diffusers, StringComparer.Ordinal);
    }

    public IReadOnlyList<NetworkModule> Modules { get; }

    /// <summary>Every weight that a complete network has, under its original name.</summary>
    public IEnumerable<string> ExpectedWeights => Modules
        .Where(module => !module.IsOptional)
        .SelectMany(module => module.HasBias ? new[] { module.Original + ".weight", module.Original + ".bias" } : [module.Original + ".weight"]);

    public static KeyMap ForUNet(UNetLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        List<NetworkModule> modules = [.. Pairs("", "", s_unetEnds)];
        if (layout.HasLabelEmbedding)
        {
            modules.AddRange(Pairs("", "", s_labelEmbedding));
        }

        int last = layout.Levels - 1;
        for (int level = 0; level <= last; level++)
        {
            int depth = layout.TransformerDepths[level];
            int first = 1 + level * (layout.LayersPerBlock + 1);
            for (int layer = 0; layer < layout.LayersPerBlock; layer++)
            {
                modules.AddRange(UNetResnet($"down_blocks.{level}.resnets.{layer}", $"input_blocks.{first + layer}.0", shortcutIsOptional: true));
                modules.AddRange(Transformer($"down_blocks.{level}.attentions.{layer}", $"input_blocks.{first + layer}.1", depth));
            }

            if (level < last)
            {
                modules.Add(new($"down_blocks.{level}.downsamplers.0.conv", $"input_blocks.{first + layout.LayersPerBlock}.0.op"));
            }
        }

        modules.AddRange(UNetResnet("mid_block.resnets.0", "middle_block.0", shortcutIsOptional: true));
        modules.AddRange(Transformer("mid_block.attentions.0", "middle_block.1", layout.MiddleDepth));
        modules.AddRange(UNetResnet("mid_block.resnets.1", layout.MiddleDepth > 0 ? "middle_block.2" : "middle_block.1", shortcutIsOptional: true));

        // On the way up, block 0 is the lowest resolution.
        for (int block = 0; block <= last; block++)
        {
            int depth = layout.TransformerDepths[last - block];
            int first = block * (layout.LayersPerBlock + 1);
            for (int layer = 0; layer <= layout.LayersPerBlock; layer++)
            {
                modules.AddRange(UNetResnet($"up_blocks.{block}.resnets.{layer}", $"output_blocks.{first + layer}.0", shortcutIsOptional: false));
                modules.AddRange(Transformer($"up_blocks.{block}.attentions.{layer}", $"output_blocks.{first + layer}.1", depth));
            }

            if (block < last)
            {
                modules.Add(new($"up_blocks.{block}.upsamplers.0.conv", $"output_blocks.{first + layout.LayersPerBlock}.{(depth > 0 ? 2 : 1)}.conv"));
            }
        }

        return new KeyMap(modules);
    }

    public static KeyMap ForVae(VaeLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        List<NetworkModule> modules = [new("quant_conv", "quant_conv"), new("post_quant_conv", "post_quant_conv")];
        foreach (string side in new[] { "encoder", "decoder" })
        {
            modules.Add(new($"{side}.conv_in", $"{side}.conv_in"));
            modules.Add(new($"{side}.conv_norm_out", $"{side}.norm_out"));
            modules.Add(new($"{side}.conv_out", $"{side}.conv_out"));
            modules.AddRange(VaeResnet($"{side}.mid_block.resnets.0", $"{side}.mid.block_1"));
            modules.AddRange(VaeResnet($"{side}.mid_block.resnets.1", $"{side}.mid.block_2"));
            if (layout.HasAttention)
            {
                modules.AddRange(Pairs($"{side}.mid_block.attentions.0.", $"{side}.mid.attn_1.", s_vaeAttention));
            }
        }

        int last = layout.Levels - 1;
        for (int level = 0; level <= last; level++)
        {
            // The original counts resolutions in the decoder too; diffusers counts blocks from the latent's side.
            string up = $"decoder.up_blocks.{last - level}";
            for (int layer = 0; layer < layout.LayersPerBlock; layer++)
            {
                modules.AddRange(VaeResnet($"encoder.down_blocks.{level}.resnets.{layer}", $"encoder.down.{level}.block.{layer}"));
            }

            for (int layer = 0; layer <= layout.LayersPerBlock; layer++)
            {
                modules.AddRange(VaeResnet($"{up}.resnets.{layer}", $"decoder.up.{level}.block.{layer}"));
            }

            if (level < last)
            {
                modules.Add(new($"encoder.down_blocks.{level}.downsamplers.0.conv", $"encoder.down.{level}.downsample.conv"));
            }

            if (level > 0)
            {
                modules.Add(new($"{up}.upsamplers.0.conv", $"decoder.up.{level}.upsample.conv"));
            }
        }

        return new KeyMap(modules);
    }

    /// <summary>CLIP's text model, which both conventions name alike.</summary>
    /// <param name="layers">Number of transformer layers.</param>
    /// <param name="pools">Whether the end token's state is projected into a vector for the whole text.</param>
    public static KeyMap ForTextEncoder(int layers, bool pools = false)
    {
        List<NetworkModule> modules =
        [
            Same("text_model.embeddings.token_embedding", hasBias: false),
            Same("text_model.embeddings.position_embedding", hasBias: false),
            Same("text_model.final_layer_norm"),
        ];
        for (int layer = 0; layer < layers; layer++)
        {
            modules.AddRange(s_textLayer.Select(part => Same($"text_model.encoder.layers.{layer}.{part}")));
        }

        if (pools)
        {
            modules.Add(Same("text_projection", hasBias: false));
        }

        return new KeyMap(modules);
    }

    /// <param name="diffusersName">A weight's whole name, such as <c>conv_in.bias</c>.</param>
    /// <returns>Null for a name that is not in the table.</returns>
    public string? ToOriginal(string diffusersName)
    {
        ArgumentNullException.ThrowIfNull(diffusersName);
        int dot = diffusersName.LastIndexOf('.');
        if (dot < 0)
        {
            return null;
        }

        string module = diffusersName[..dot];
        foreach ((string old, string diffusers) in s_oldVaeAttention)
        {
            if (module.EndsWith(old, StringComparison.Ordinal))
            {
                module = string.Concat(module.AsSpan(0, module.Length - old.Length), diffusers);
            }
        }

        return _byDiffusers.TryGetValue(module, out NetworkModule found)
            ? string.Concat(found.Original, diffusersName.AsSpan(dot))
            : null;
    }

    private static NetworkModule Same(string name, bool hasBias = true) => new(name, name, hasBias);

    private static IEnumerable<NetworkModule> Pairs(string diffusers, string original, IEnumerable<(string Diffusers, string Original)> pairs) =>
        pairs.Select(pair => new NetworkModule(diffusers + pair.Diffusers, original + pair.Original));

    private static IEnumerable<NetworkModule> UNetResnet(string diffusers, string original, bool shortcutIsOptional) =>
        Pairs(diffusers + ".", original + ".", s_unetResnet)
            .Append(new NetworkModule($"{diffusers}.conv_shortcut", $"{original}.skip_connection", IsOptional: shortcutIsOptional));

    private static IEnumerable<NetworkModule> VaeResnet(string diffusers, string original) =>
        s_vaeResnet.Select(part => new NetworkModule($"{diffusers}.{part}", $"{original}.{part}"))
            .Append(new NetworkModule($"{diffusers}.conv_shortcut", $"{original}.nin_shortcut", IsOptional: true));

    private static IEnumerable<NetworkModule> Transformer(string diffusers, string original, int depth)
    {
        if (depth == 0)
        {
            yield break;
        }

        foreach (string part in s_transformerEnds)
        {
            yield return new NetworkModule($"{diffusers}.{part}", $"{original}.{part}");
        }

        for (int block = 0; block < depth; block++)
        {
            foreach (string part in s_transformerBlock)
            {
                yield return new NetworkModule($"{diffusers}.transformer_blocks.{block}.{part}", $"{original}.transformer_blocks.{block}.{part}");
            }

            foreach (string part in s_transformerProjections)
            {
                yield return new NetworkModule($"{diffusers}.transformer_blocks.{block}.{part}", $"{original}.transformer_blocks.{block}.{part}", HasBias: false);
            }
        }
    }
}
