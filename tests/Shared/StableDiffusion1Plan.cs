using SdStudio.Diffusion.Tensors;

namespace SdStudio.Tests;

/// <summary>
/// Every weight of a Stable Diffusion 1.x network of any size, under its original name, written down from the architecture; with other numbers,
/// those of the UNet of Stable Diffusion XL.
/// </summary>
internal sealed record StableDiffusion1Plan
{
    public const string UNetPrefix = "model.diffusion_model.";
    public const string VaePrefix = "first_stage_model.";
    public const string TextPrefix = "cond_stage_model.transformer.";

    /// <summary>The real network: a UNet of 859 520 964 parameters.</summary>
    public static StableDiffusion1Plan FullSize { get; } = new();

    /// <summary>The real UNet of Stable Diffusion XL, of 2 567 463 684 parameters; its text encoders are others.</summary>
    public static StableDiffusion1Plan FullSizeXl { get; } = new()
    {
        Channels = [320, 640, 1280],
        Attends = [false, true, true],
        Depths = [0, 2, 10],
        IsLinear = true,
        TextWidth = 2048,
        LabelWidth = 2816,
    };

    /// <summary>As small as a file without configuration can be: 32 normalisation groups and 8 heads are its family's.</summary>
    public static StableDiffusion1Plan TinySingleFile { get; } = new()
    {
        Channels = [32, 32],
        Attends = [true, false],
        LayersPerBlock = 1,
        TextWidth = 64,
        TextLayers = 2,
        Vocabulary = 514,
        VaeChannels = [32, 32],
        VaeLayersPerBlock = 1,
    };

    /// <summary>Some ten KB.</summary>
    public static StableDiffusion1Plan TinyFolder { get; } = TinySingleFile with
    {
        Channels = [8, 16],
        TextWidth = 16,
        VaeChannels = [8, 8],
        NormGroups = 4,
        Heads = 2,
        TextHeads = 2,
    };

    public long[] Channels { get; init; } = [320, 640, 1280, 1280];

    public bool[] Attends { get; init; } = [true, true, true, false];

    /// <summary>Transformer blocks of a level that attends; the middle has as many as the last level. Empty: one each.</summary>
    public int[] Depths { get; init; } = [];

    /// <summary>Whether transformers begin and end with a linear layer instead of a convolution.</summary>
    public bool IsLinear { get; init; }

    /// <summary>Width of what the UNet is told beside the timestep; null where it is told nothing.</summary>
    public long? LabelWidth { get; init; }

    public int LayersPerBlock { get; init; } = 2;

    public long TextWidth { get; init; } = 768;

    public int TextLayers { get; init; } = 12;

    public long Vocabulary { get; init; } = 49408;

    public long[] VaeChannels { get; init; } = [128, 256, 512, 512];

    public int VaeLayersPerBlock { get; init; } = 2;

    public int NormGroups { get; init; } = 32;

    public int Heads { get; init; } = 8;

    public int TextHeads { get; init; } = 12;

    public ElementType Type { get; init; } = ElementType.Float16;

    public List<PlannedTensor> UNet()
    {
        List<PlannedTensor> list = [];
        long time = Channels[0] * 4;
        Linear(list, "time_embed.0", time, Channels[0]);
        Linear(list, "time_embed.2", time, time);
        if (LabelWidth is { } label)
        {
            Linear(list, "label_emb.0.0", time, label);
            Linear(list, "label_emb.0.2", time, time);
        }

        Conv(list, "input_blocks.0.0", Channels[0], 4, 3);

        Stack<long> skips = new([Channels[0]]);
        long now = Channels[0];
        int index = 1;
        for (int level = 0; level < Channels.Length; level++)
        {
            for (int layer = 0; layer < LayersPerBlock; layer++, index++)
            {
                Block(list, $"input_blocks.{index}", ref now, now, Channels[level], time, level);
                skips.Push(now);
            }

            if (level < Channels.Length - 1)
            {
                Conv(list, $"input_blocks.{index++}.0.op", now, now, 3);
                skips.Push(now);
            }
        }

        Resnet(list, "middle_block.0", now, now, time);
        Transformer(list, "middle_block.1", now, Depths.Length == 0 ? 1 : Depths[^1]);
        Resnet(list, "middle_block.2", now, now, time);

        index = 0;
        for (int level = Channels.Length - 1; level >= 0; level--)
        {
            for (int layer = 0; layer <= LayersPerBlock; layer++, index++)
            {
                Block(list, $"output_blocks.{index}", ref now, now + skips.Pop(), Channels[level], time, level);
                if (layer == LayersPerBlock && level > 0)
                {
                    Conv(list, $"output_blocks.{index}.{(Attends[level] ? 2 : 1)}.conv", now, now, 3);
                }
            }
        }

        Norm(list, "out.0", now);
        Conv(list, "out.2", 4, now, 3);
        return list;
    }

    public List<PlannedTensor> Vae()
    {
        List<PlannedTensor> list = [];
        int last = VaeChannels.Length - 1;
        Conv(list, "encoder.conv_in", VaeChannels[0], 3, 3);
        long now = VaeChannels[0];
        for (int level = 0; level <= last; level++)
        {
            for (int layer = 0; layer < VaeLayersPerBlock; layer++)
            {
                VaeResnet(list, $"encoder.down.{level}.block.{layer}", VaeChannels[level], ref now);
            }

            if (level < last)
            {
                Conv(list, $"encoder.down.{level}.downsample.conv", now, now, 3);
            }
        }

        VaeEnd(list, "encoder", now, now, 8);
        Conv(list, "quant_conv", 8, 8, 1);
        Conv(list, "post_quant_conv", 4, 4, 1);
        Conv(list, "decoder.conv_in", now, 4, 3);
        long widest = now;
        for (int level = last; level >= 0; level--)
        {
            for (int layer = 0; layer <= VaeLayersPerBlock; layer++)
            {
                VaeResnet(list, $"decoder.up.{level}.block.{layer}", VaeChannels[level], ref now);
            }

            if (level > 0)
            {
                Conv(list, $"decoder.up.{level}.upsample.conv", now, now, 3);
            }
        }

        VaeEnd(list, "decoder", widest, now, 3);
        return list;
    }

    public List<PlannedTensor> TextEncoder()
    {
        List<PlannedTensor> list = [];
        Add(list, "text_model.embeddings.token_embedding.weight", Vocabulary, TextWidth);
        Add(list, "text_model.embeddings.position_embedding.weight", 77, TextWidth);
        for (int layer = 0; layer < TextLayers; layer++)
        {
            string name = $"text_model.encoder.layers.{layer}";
            Norm(list, $"{name}.layer_norm1", TextWidth);
            foreach (string part in new[] { "q_proj", "k_proj", "v_proj", "out_proj" })
            {
                Linear(list, $"{name}.self_attn.{part}", TextWidth, TextWidth);
            }

            Norm(list, $"{name}.layer_norm2", TextWidth);
            Linear(list, $"{name}.mlp.fc1", TextWidth * 4, TextWidth);
            Linear(list, $"{name}.mlp.fc2", TextWidth, TextWidth * 4);
        }

        Norm(list, "text_model.final_layer_norm", TextWidth);
        return list;
    }

    /// <summary>All three networks with their prefixes, as one file has them.</summary>
    public List<PlannedTensor> SingleFile() =>
    [
        .. UNet().Select(tensor => tensor with { Name = UNetPrefix + tensor.Name }),
        .. Vae().Select(tensor => tensor with { Name = VaePrefix + tensor.Name }),
        .. TextEncoder().Select(tensor => tensor with { Name = TextPrefix + tensor.Name }),
    ];

    private void Block(List<PlannedTensor> list, string name, ref long now, long input, long output, long time, int level)
    {
        Resnet(list, $"{name}.0", input, output, time);
        if (Attends[level])
        {
            Transformer(list, $"{name}.1", output, Depths.Length == 0 ? 1 : Depths[level]);
        }

        now = output;
    }

    private void Resnet(List<PlannedTensor> list, string name, long input, long output, long time)
    {
        Norm(list, $"{name}.in_layers.0", input);
        Conv(list, $"{name}.in_layers.2", output, input, 3);
        Linear(list, $"{name}.emb_layers.1", output, time);
        Norm(list, $"{name}.out_layers.0", output);
        Conv(list, $"{name}.out_layers.3", output, output, 3);
        if (input != output)
        {
            Conv(list, $"{name}.skip_connection", output, input, 1);
        }
    }

    private void Transformer(List<PlannedTensor> list, string name, long width, int depth)
    {
        Norm(list, $"{name}.norm", width);
        Project(list, $"{name}.proj_in", width);
        for (int i = 0; i < depth; i++)
        {
            TransformerBlock(list, $"{name}.transformer_blocks.{i}", width);
        }

        Project(list, $"{name}.proj_out", width);
    }

    private void Project(List<PlannedTensor> list, string name, long width)
    {
        if (IsLinear)
        {
            Linear(list, name, width, width);
        }
        else
        {
            Conv(list, name, width, width, 1);
        }
    }

    private void TransformerBlock(List<PlannedTensor> list, string block, long width)
    {
        foreach ((string attention, long context) in new[] { ("attn1", width), ("attn2", TextWidth) })
        {
            Add(list, $"{block}.{attention}.to_q.weight", width, width);
            Add(list, $"{block}.{attention}.to_k.weight", width, context);
            Add(list, $"{block}.{attention}.to_v.weight", width, context);
            Linear(list, $"{block}.{attention}.to_out.0", width, width);
        }

        Linear(list, $"{block}.ff.net.0.proj", width * 8, width);
        Linear(list, $"{block}.ff.net.2", width, width * 4);
        foreach (string norm in new[] { "norm1", "norm2", "norm3" })
        {
            Norm(list, $"{block}.{norm}", width);
        }
    }

    private void VaeResnet(List<PlannedTensor> list, string name, long output, ref long now)
    {
        Norm(list, $"{name}.norm1", now);
        Conv(list, $"{name}.conv1", output, now, 3);
        Norm(list, $"{name}.norm2", output);
        Conv(list, $"{name}.conv2", output, output, 3);
        if (now != output)
        {
            Conv(list, $"{name}.nin_shortcut", output, now, 1);
        }

        now = output;
    }

    private void VaeEnd(List<PlannedTensor> list, string side, long middle, long last, long output)
    {
        VaeResnet(list, $"{side}.mid.block_1", middle, ref middle);
        Norm(list, $"{side}.mid.attn_1.norm", middle);
        foreach (string part in new[] { "q", "k", "v", "proj_out" })
        {
            Conv(list, $"{side}.mid.attn_1.{part}", middle, middle, 1);
        }

        VaeResnet(list, $"{side}.mid.block_2", middle, ref middle);
        Norm(list, $"{side}.norm_out", last);
        Conv(list, $"{side}.conv_out", output, last, 3);
    }

    private void Linear(List<PlannedTensor> list, string name, long output, long input)
    {
        Add(list, name + ".weight", output, input);
        Add(list, name + ".bias", output);
    }

    private void Conv(List<PlannedTensor> list, string name, long output, long input, long kernel)
    {
        Add(list, name + ".weight", output, input, kernel, kernel);
        Add(list, name + ".bias", output);
    }

    private void Norm(List<PlannedTensor> list, string name, long channels)
    {
        Add(list, name + ".weight", channels);
        Add(list, name + ".bias", channels);
    }

    private void Add(List<PlannedTensor> list, string name, params long[] shape) => list.Add(new PlannedTensor(name, Type, shape));
}
