using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The weights of a text encoder as the files have them: under the names of transformers, or under those of OpenCLIP, which keeps query,
/// key and value of an attention layer in one matrix, row by row, and the text projection with its axes the other way round.
/// </summary>
internal static class TextEncoderNames
{
    private const string TextModel = "text_model.", Projection = "text_projection";

    /// <summary>What libraries put before the names of the weights.</summary>
    private const string TransformersPrefix = "transformer.", OpenClipPrefix = "model.", OpenClipBlocks = "transformer.resblocks.";

    private static readonly (string OpenClip, string Name)[] s_ends =
    [
        ("token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
        ("positional_embedding", "text_model.embeddings.position_embedding.weight"),
        ("ln_final.weight", "text_model.final_layer_norm.weight"),
        ("ln_final.bias", "text_model.final_layer_norm.bias"),
    ];

    private static readonly (string OpenClip, string Name)[] s_layer =
    [
        ("ln_1", "layer_norm1"),
        ("ln_2", "layer_norm2"),
        ("attn.out_proj", "self_attn.out_proj"),
        ("mlp.c_fc", "mlp.fc1"),
        ("mlp.c_proj", "mlp.fc2"),
    ];

    private static readonly string[] s_fused = ["q_proj", "k_proj", "v_proj"];

    /// <summary>Prefixes under which a file of its own may keep its only text encoder; a whole checkpoint knows only its family's.</summary>
    private static readonly string[] s_alone = ["cond_stage_model.", "conditioner.embedders.0.", "conditioner.embedders.1.", "text_encoder.", "text_encoder_2.", ""];

    /// <summary>Adds the weights that a file holds of an encoder; none where it holds none.</summary>
    /// <param name="isAlone">Whether the file is no checkpoint, but a text encoder of its own.</param>
    /// <exception cref="CheckpointException">A fused matrix cannot be divided into three.</exception>
    public static void AddFrom(ComponentWeights weights, ITensorFile file, TextEncoderDefaults encoder, bool isAlone = false)
    {
        string[] prefixes = [encoder.Prefix, encoder.Folder + ".", .. isAlone ? s_alone : []];
        for (int i = 0; i < prefixes.Length && weights.Count == 0; i++)
        {
            string prefix = prefixes[i];
            string? unused = encoder.UsedLayers is { } layers ? UnusedLayer(file.Header, prefix, layers) : null;
            foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal) && (unused is null || !key.StartsWith(unused, StringComparison.Ordinal)))
                {
                    Add(weights, key[prefix.Length..], file, tensor, encoder.Settings.Pools);
                }
            }
        }
    }

    /// <summary>Width of the vectors that an encoder gives; null where it is absent.</summary>
    public static long? WidthOf(IWeightSource weights)
    {
        const string Table = "text_model.embeddings.token_embedding.weight";
        return weights.Contains(Table) && weights.ShapeOf(Table) is { Rank: 2 } shape ? shape[1] : null;
    }

    /// <summary>Attention heads of an encoder without a configuration, whose heads are all of one width.</summary>
    public static int HeadsOf(IWeightSource weights, int headWidth) => (int)Math.Clamp((WidthOf(weights) ?? headWidth) / headWidth, 1, 1024);

    /// <summary>Adds the weights that one tensor of a file holds; none where it is no weight.</summary>
    /// <param name="key">Its name after the encoder's prefix.</param>
    /// <exception cref="CheckpointException">A fused matrix cannot be divided into three.</exception>
    public static void Add(ComponentWeights weights, string key, ITensorFile file, TensorEntry tensor, bool pools)
    {
        if (key.StartsWith(OpenClipPrefix, StringComparison.Ordinal))
        {
            AddOpenClip(weights, key[OpenClipPrefix.Length..], file, tensor, pools);
        }
        else if (key.StartsWith(OpenClipBlocks, StringComparison.Ordinal) || key == Projection || s_ends.Any(row => row.OpenClip == key))
        {
            AddOpenClip(weights, key, file, tensor, pools);
        }
        else if ((key.StartsWith(TransformersPrefix, StringComparison.Ordinal) || key.StartsWith(TextModel, StringComparison.Ordinal) || key == Projection + ".weight")
            && FromTransformers(key.StartsWith(TransformersPrefix, StringComparison.Ordinal) ? key[TransformersPrefix.Length..] : key, pools) is { } name)
        {
            weights.Add(name, file, tensor);
        }
    }

    /// <summary>Some writers leave out the prefix of the text model; position ids are only the numbers 0 to 76.</summary>
    /// <returns>Null for what is no weight, or none that is used.</returns>
    public static string? FromTransformers(string name, bool pools) =>
        name.EndsWith("position_ids", StringComparison.Ordinal) ? null
        : name.StartsWith(Projection, StringComparison.Ordinal) ? (pools ? name : null)
        : name.StartsWith(TextModel, StringComparison.Ordinal) ? name
        : TextModel + name;

    /// <summary>The last layer of OpenCLIP, which a family may not use: files hold the whole network, conversions leave it out.</summary>
    /// <param name="prefix">Of the encoder.</param>
    /// <returns>Beginning of the names of its weights; null where all layers are used.</returns>
    public static string? UnusedLayer(SafetensorsHeader header, string prefix, int usedLayers)
    {
        string model = header.Tensors.ContainsKey($"{prefix}{OpenClipBlocks}0.ln_1.weight") ? prefix : prefix + OpenClipPrefix;
        int layers = Enumerable.Range(0, 256).TakeWhile(layer => header.Tensors.ContainsKey($"{model}{OpenClipBlocks}{layer}.ln_1.weight")).Count();
        bool isWhole = header.Tensors.ContainsKey(model + Projection) || layers > usedLayers;
        return layers > 1 && isWhole ? $"{model}{OpenClipBlocks}{layers - 1}." : null;
    }

    private static void AddOpenClip(ComponentWeights weights, string key, ITensorFile file, TensorEntry tensor, bool pools)
    {
        if (key == Projection && tensor.Shape.Rank == 2)
        {
            if (pools)
            {
                weights.Add($"{Projection}.weight", file, Transposed(tensor));
            }
        }
        else if (s_ends.FirstOrDefault(row => row.OpenClip == key).Name is { } name)
        {
            weights.Add(name, file, tensor);
        }
        else if (key.StartsWith(OpenClipBlocks, StringComparison.Ordinal) && key.IndexOf('.', OpenClipBlocks.Length) is > 0 and int dot)
        {
            AddLayer(weights, $"text_model.encoder.layers.{key[OpenClipBlocks.Length..dot]}", key[(dot + 1)..], file, tensor);
        }
    }

    private static void AddLayer(ComponentWeights weights, string layer, string part, ITensorFile file, TensorEntry tensor)
    {
        if (part is "attn.in_proj_weight" or "attn.in_proj_bias")
        {
            string kind = part["attn.in_proj_".Length..];
            for (int i = 0; i < s_fused.Length; i++)
            {
                weights.Add($"{layer}.self_attn.{s_fused[i]}.{kind}", file, Third(tensor, i, file.Path));
            }

            return;
        }

        foreach ((string openClip, string name) in s_layer)
        {
            if (part.StartsWith(openClip + ".", StringComparison.Ordinal))
            {
                weights.Add($"{layer}.{name}{part[openClip.Length..]}", file, tensor);
            }
        }
    }

    /// <summary>Rows lie one after the other, so a third of the rows is a third of the bytes.</summary>
    private static TensorEntry Third(TensorEntry fused, int index, string path)
    {
        if (fused.Shape.Rank is < 1 or > 2 || fused.Shape[0] % s_fused.Length != 0)
        {
            throw new CheckpointException(
                path, CheckpointProblem.InvalidShape, $"An attention layer of the text encoder has the shape {fused.Shape}, which cannot be divided into query, key and value. Download the model again.");
        }

        Shape strides = StridesOf(fused);
        long[] dimensions = fused.Shape.Dimensions.ToArray();
        dimensions[0] /= s_fused.Length;
        long last = dimensions.Index().Sum(axis => Math.Max(0, axis.Item - 1) * strides[axis.Index]);
        return fused with
        {
            Shape = new Shape(dimensions),
            Offset = fused.Offset + (index * dimensions[0] * strides[0] * fused.Type.ByteSize()),
            Length = (last + 1) * fused.Type.ByteSize(),
        };
    }

    private static TensorEntry Transposed(TensorEntry matrix)
    {
        Shape strides = StridesOf(matrix);
        return matrix with { Shape = new Shape(matrix.Shape[1], matrix.Shape[0]), Strides = new Shape(strides[1], strides[0]) };
    }

    private static Shape StridesOf(TensorEntry tensor) =>
        tensor.Strides ?? (tensor.Shape.Rank == 1 ? new Shape(1) : new Shape(tensor.Shape[1], 1));
}
