using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What a file of tensors is that holds a part of a model and no whole one: told by the names and shapes of its weights, whatever the file is called.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Label">For people: "VAE", "OpenCLIP ViT-bigG text encoder".</param>
/// <param name="MadeFor">The families that it goes with; null where nothing tells.</param>
/// <param name="Facts">What else is known of it, each with its name.</param>
public sealed record ModelPart(ModelPartKind Kind, string Label, string? MadeFor, ImmutableArray<(string Name, string Value)> Facts)
{
    private const string Sd1 = "Stable Diffusion 1.x", Sd2 = "Stable Diffusion 2.x", SdXl = "Stable Diffusion XL";

    private const string OldEmbedding = "string_to_param.";

    /// <summary>By the width of their vectors, which are those of a text encoder.</summary>
    private static readonly (long Width, string Family)[] s_contexts = [(768, Sd1), (1024, Sd2), (1280, SdXl), (2048, SdXl)];

    private static readonly (long Width, string Name, string MadeFor)[] s_textEncoders =
    [
        (768, "CLIP ViT-L", $"{Sd1}, and the first of {SdXl}"),
        (1024, "OpenCLIP ViT-H", Sd2),
        (1280, "OpenCLIP ViT-bigG", $"the second of {SdXl}"),
    ];

    /// <summary>Where a text encoder keeps its table of tokens, by what library wrote it.</summary>
    private static readonly string[] s_tokenTables =
        ["text_model.embeddings.token_embedding.weight", "embeddings.token_embedding.weight", "token_embedding.weight"];

    private static readonly string[] s_controlNets = ["control_model.", "input_hint_block.", "controlnet_cond_embedding.", "lllite_unet"];

    private static readonly (string Mark, string Label)[] s_upscalers =
    [
        ("body.0.rdb1.conv1.weight", "ESRGAN upscaler"),
        ("RRDB_trunk.0.RDB1.conv1.weight", "ESRGAN upscaler"),
        ("model.1.sub.0.RDB1.conv1.0.weight", "ESRGAN upscaler"),
        ("layers.0.residual_group.blocks.0.attn.qkv.weight", "SwinIR upscaler"),
        ("layers.0.blocks.0.attn.qkv.weight", "DAT upscaler"),
        ("body.1.weight", "compact upscaler (SRVGG)"),
    ];

    /// <summary>What training programs put before the names of an upscaler's weights.</summary>
    private static readonly string[] s_upscalerPrefixes = ["", "params_ema.", "params."];

    private static readonly string[] s_vaePrefixes = ["", "first_stage_model.", "vae."];

    /// <summary>Width of the vectors that a text encoder of the kind of CLIP gives, by which the networks in use differ; null for everything else.</summary>
    public long? TextWidth { get; init; }

    /// <summary>The text encoder whose vectors are so wide, as the field calls it: "CLIP ViT-L".</summary>
    public static string TextEncoderName(long width) =>
        s_textEncoders.FirstOrDefault(row => row.Width == width).Name ?? string.Create(CultureInfo.InvariantCulture, $"a text encoder with vectors of {width}");

    /// <returns>Null for a whole model, a LoRA, and what is not known.</returns>
    public static ModelPart? Of(SafetensorsHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return Embedding(header) ?? ControlNet(header) ?? (IsWhole(header) ? null : TinyVae(header) ?? Upscaler(header) ?? TextEncoder(header) ?? Vae(header));
    }

    private static bool IsWhole(SafetensorsHeader header) => UNetNames.In(header).Any() || FamilyDetector.Detect(header) is { HasUNet: not false };

    private static ModelPart? Embedding(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        if (tensors.Count > 4)
        {
            return null;
        }

        if (ShapeOf(header, "clip_g") is { } second && tensors.ContainsKey("clip_l"))
        {
            return Describe(second, SdXl);
        }

        string? key = tensors.ContainsKey("emb_params") ? "emb_params" : tensors.Keys.FirstOrDefault(name => name.StartsWith(OldEmbedding, StringComparison.Ordinal));
        if (key is not null)
        {
            return Describe(tensors[key].Shape, FamilyOf(WidthOf(tensors[key].Shape)));
        }

        // diffusers writes the one tensor under the word itself.
        return tensors.Count == 1 && tensors.Values.First().Shape is { Rank: 1 or 2 } only && FamilyOf(WidthOf(only)) is { } family ? Describe(only, family) : null;

        static ModelPart Describe(Shape vectors, string? family) => new(
            ModelPartKind.Embedding, "embedding (textual inversion)", family,
            [("Vectors", Number(vectors.Rank == 2 ? vectors[0] : 1)), ("Width", Number(WidthOf(vectors)))]);

        static long WidthOf(Shape vectors) => vectors.Rank > 0 ? vectors[vectors.Rank - 1] : 0;
    }

    private static ModelPart? ControlNet(SafetensorsHeader header)
    {
        if (!s_controlNets.Any(prefix => header.Tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            return null;
        }

        string? reader = header.Tensors.Keys.FirstOrDefault(name => name.EndsWith("attn2.to_k.weight", StringComparison.Ordinal));
        string? family = reader is not null && ShapeOf(header, reader) is { Rank: 2 } shape ? FamilyOf(shape[1]) : null;
        return new ModelPart(ModelPartKind.ControlNet, "ControlNet", family, [("Layout", header.Tensors.ContainsKey("controlnet_cond_embedding.conv_in.weight") ? "diffusers" : "original")]);
    }

    private static ModelPart? TinyVae(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        foreach ((string prefix, int first, string layout) in TinyLayouts)
        {
            // A decoder begins with a convolution of the latents and goes on with blocks; an encoder begins with one of pixels.
            if (ShapeOf(header, $"{prefix}{first}.weight") is { Rank: 4 } latents && tensors.ContainsKey($"{prefix}{first + 2}.conv.0.weight"))
            {
                return Describe("tiny decoder for previews (TAESD)", latents[1], layout);
            }

            if (first == 1 && ShapeOf(header, $"{prefix}0.weight") is { Rank: 4 } pixels && pixels[1] == 3 && tensors.ContainsKey($"{prefix}1.conv.0.weight"))
            {
                return new ModelPart(ModelPartKind.TinyEncoder, "tiny encoder (TAESD)", null, [("Layout", layout)]);
            }
        }

        return null;

        static ModelPart Describe(string label, long channels, string layout) =>
            new(ModelPartKind.TinyDecoder, label, channels == 4 ? "the Stable Diffusion families" : null, [("Latents", $"{Number(channels)} channels"), ("Layout", layout)]);
    }

    private static ImmutableArray<(string Prefix, int First, string Layout)> TinyLayouts { get; } =
        [("", 1, "TAESD"), ("decoder.", 1, "TAESD"), ("taesd_decoder.", 1, "TAESD"), ("decoder.layers.", 0, "diffusers (AutoencoderTiny)"), ("encoder.", 1, "TAESD")];

    private static ModelPart? Upscaler(SafetensorsHeader header)
    {
        foreach (string prefix in s_upscalerPrefixes)
        {
            if (s_upscalers.FirstOrDefault(row => header.Tensors.ContainsKey(prefix + row.Mark)).Label is { } label)
            {
                return new ModelPart(ModelPartKind.Upscaler, label, null, []);
            }
        }

        return null;
    }

    private static ModelPart? TextEncoder(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        string? table = tensors.Keys.FirstOrDefault(name => s_tokenTables.Any(end => name.EndsWith(end, StringComparison.Ordinal)));
        if (table is not null && tensors[table].Shape is { Rank: 2 } shape)
        {
            (_, string? name, string? madeFor) = s_textEncoders.FirstOrDefault(row => row.Width == shape[1]);
            return new ModelPart(
                ModelPartKind.TextEncoder, name is null ? "text encoder of the kind of CLIP" : $"{name} text encoder", madeFor,
                [("Tokens", Number(shape[0])), ("Width", Number(shape[1])), ("Layout", tensors.Keys.Any(name => name.Contains("resblocks.", StringComparison.Ordinal)) ? "OpenCLIP" : "transformers")])
            {
                TextWidth = shape[1],
            };
        }

        return tensors.ContainsKey("encoder.block.0.layer.0.SelfAttention.q.weight") && ShapeOf(header, "shared.weight") is { Rank: 2 } shared
            ? new ModelPart(ModelPartKind.TextEncoder, "T5 text encoder", "diffusion transformers such as Flux and Stable Diffusion 3, which SdStudio does not run yet", [("Tokens", Number(shared[0])), ("Width", Number(shared[1]))])
            : null;
    }

    private static ModelPart? Vae(SafetensorsHeader header)
    {
        IReadOnlyDictionary<string, TensorEntry> tensors = header.Tensors;
        string? prefix = s_vaePrefixes.FirstOrDefault(prefix => tensors.ContainsKey(prefix + "decoder.conv_in.weight") || tensors.ContainsKey(prefix + "encoder.conv_in.weight"));
        if (prefix is null)
        {
            return null;
        }

        Shape? start = ShapeOf(header, prefix + "decoder.conv_in.weight");
        bool decodes = start is not null;
        bool encodes = tensors.ContainsKey(prefix + "encoder.conv_in.weight");
        long? channels = start is { Rank: 4 } latents ? latents[1] : null;
        ImmutableArray<(string, string)> facts =
        [
            ("Holds", (encodes, decodes) switch { (true, true) => "encoder and decoder", (false, true) => "the decoder alone", _ => "the encoder alone" }),
            ("Layout", tensors.Keys.Any(name => name.StartsWith(prefix + "decoder.up_blocks.", StringComparison.Ordinal) || name.StartsWith(prefix + "encoder.down_blocks.", StringComparison.Ordinal)) ? "diffusers" : "original"),
        ];
        return new ModelPart(ModelPartKind.Vae, "VAE", channels == 4 ? "the Stable Diffusion families" : null, channels is { } count ? facts.Insert(1, ("Latents", $"{Number(count)} channels")) : facts);
    }

    private static Shape? ShapeOf(SafetensorsHeader header, string name) => header.Tensors.TryGetValue(name, out TensorEntry tensor) ? tensor.Shape : null;

    private static string? FamilyOf(long width) => s_contexts.FirstOrDefault(row => row.Width == width).Family;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
