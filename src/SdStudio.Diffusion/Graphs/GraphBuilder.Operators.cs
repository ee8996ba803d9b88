using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

internal sealed partial class GraphBuilder
{
    private const string Microsoft = "com.microsoft";

    public Value Add(Value a, Value b) => Node("Add", [a, b]);

    public Value Multiply(Value a, Value b) => Node("Mul", [a, b]);

    /// <summary>x * sigmoid(x).</summary>
    public Value Silu(Value x) => Node("QuickGelu", Microsoft, [x], ("alpha", 1f));

    public Value Relu(Value x) => Node("Relu", [x]);

    /// <summary>limit * tanh(x / limit): keeps values within -limit to limit, softly.</summary>
    public Value SoftClamp(Value x, float limit) => Multiply(Node("Tanh", [Multiply(x, Scalar(1 / limit))]), Scalar(limit));

    /// <summary>factor * x + offset.</summary>
    public Value Affine(Value x, float factor, float offset) => Add(Multiply(x, Scalar(factor)), Scalar(offset));

    /// <summary>x * sigmoid(1.702 x), the activation of OpenAI's CLIP.</summary>
    public Value QuickGelu(Value x) => Node("QuickGelu", Microsoft, [x], ("alpha", 1.702f));

    /// <summary>The exact GELU, by the error function.</summary>
    public Value Gelu(Value x) => Node("Gelu", Microsoft, [x]);

    /// <param name="x">[batch, cIn, h, w]</param>
    public Value Conv(Value x, WeightScope layer, int stride = 1, int padding = 0) =>
        Conv(x, layer, stride, [padding, padding, padding, padding]);

    /// <param name="x">[batch, cIn, h, w]</param>
    /// <param name="padding">Top, left, bottom, right.</param>
    public Value Conv(Value x, WeightScope layer, int stride, long[] padding)
    {
        _place = layer.Path;
        Value weight = Weight(layer, "weight");
        ReadOnlySpan<Value> inputs = layer.Contains("bias") ? [x, weight, Weight(layer, "bias")] : [x, weight];
        return Node("Conv", inputs,
            ("kernel_shape", new[] { layer.SizeOf("weight", 2), layer.SizeOf("weight", 3) }),
            ("strides", new long[] { stride, stride }),
            ("pads", padding));
    }

    /// <param name="x">[…, in]</param>
    /// <returns>[…, out]</returns>
    public Value Linear(Value x, WeightScope layer)
    {
        _place = layer.Path;
        Value weight = Weight(layer, "weight");
        Value product = _operators.Linear == LinearForm.FusedTranspose
            ? Node("FusedMatMul", Microsoft, [x, weight], ("transB", 1L))
            : Node("MatMul", [x, Node("Transpose", [weight], ("perm", new long[] { 1, 0 }))]);
        return layer.Contains("bias") ? Add(product, Weight(layer, "bias")) : product;
    }

    /// <summary>Group normalisation (Wu and He 2018) with the channels' scale and shift.</summary>
    /// <param name="x">[batch, c, h, w]</param>
    public Value GroupNorm(Value x, WeightScope layer, int groups, float epsilon)
    {
        _place = layer.Path;
        long channels = layer.SizeOf("weight", 0);
        float[] ones = [.. Enumerable.Repeat(1f, Math.Max(groups, (int)channels))], zeros = new float[ones.Length];

        Value grouped = Reshape(x, 0, groups, -1);  // [batch, groups, c / groups * h * w]
        Value normal = Node("InstanceNormalization",
            [grouped, Constant(ones.AsSpan(0, groups), groups), Constant(zeros.AsSpan(0, groups), groups)],
            ("epsilon", epsilon));
        Value h = Node("Reshape", [normal, Node("Shape", [x])]);

        Value scale = Weight(layer, "weight"), shift = Weight(layer, "bias");
        if (_operators.Norm == NormForm.InstanceThenBatch)
        {
            Value mean = Constant(zeros.AsSpan(0, (int)channels), channels);
            Value variance = Constant(ones.AsSpan(0, (int)channels), channels);
            return Node("BatchNormalization", [h, scale, shift, mean, variance], ("epsilon", 0f));
        }

        return Add(Multiply(h, Unsqueeze(scale, 1, 2)), Unsqueeze(shift, 1, 2));
    }

    /// <summary>Layer normalisation over the last axis.</summary>
    public Value LayerNorm(Value x, WeightScope layer, float epsilon)
    {
        _place = layer.Path;
        return Node("LayerNormalization", [x, Weight(layer, "weight"), Weight(layer, "bias")], ("axis", -1L), ("epsilon", epsilon));
    }

    /// <summary>softmax(q k^T / sqrt(channels / heads) + mask) v, for each head.</summary>
    /// <param name="q">[batch, tokens, channels]</param>
    /// <param name="k">[batch, context tokens, channels]</param>
    /// <param name="v">[batch, context tokens, channels]</param>
    /// <param name="mask">Added to the scores, [1, 1, tokens, context tokens].</param>
    /// <returns>[batch, tokens, channels]</returns>
    public Value Attention(Value q, Value k, Value v, int heads, long channels, Value? mask = null)
    {
        if (_operators.Attention == AttentionForm.Fused)
        {
            // Optional inputs that are left out keep their place: bias, key padding mask, attention bias.
            ReadOnlySpan<Value> inputs = mask is { } bias ? [q, k, v, default, default, bias] : [q, k, v];
            return Node("MultiHeadAttention", Microsoft, inputs, ("num_heads", (long)heads));
        }

        float scale = 1 / MathF.Sqrt((float)channels / heads);
        Value scores = Node("MatMul", [Heads(Multiply(q, Scalar(scale)), 0, 2, 1, 3), Heads(k, 0, 2, 3, 1)]);
        Value weights = Node("Softmax", [mask is { } added ? Add(scores, added) : scores], ("axis", -1L));
        Value mixed = Transpose(Node("MatMul", [weights, Heads(v, 0, 2, 1, 3)]), 0, 2, 1, 3);
        return Reshape(mixed, 0, 0, channels);

        Value Heads(Value x, params long[] order) => Transpose(Reshape(x, 0, 0, heads, channels / heads), order);
    }

    /// <summary>What a text token must not see: [1, 1, tokens, tokens], the lowest number above the diagonal, else 0.</summary>
    public Value CausalMask(long tokens)
    {
        float lowest = _operators.Precision == ElementType.Float16 ? (float)Half.MinValue : float.MinValue;
        float[] mask = new float[tokens * tokens];
        for (long token = 0; token < tokens; token++)
        {
            mask.AsSpan((int)(token * tokens + token + 1), (int)(tokens - token - 1)).Fill(lowest);
        }

        return Constant(mask, 1, 1, tokens, tokens);
    }

    /// <summary>Rows of a table.</summary>
    /// <param name="ids">[batch, tokens], int64.</param>
    /// <returns>[batch, tokens, dim]</returns>
    public Value Embedding(Value ids, WeightScope layer)
    {
        // Rows are taken before they are converted: a vocabulary has 49 408, a prompt 77.
        _place = layer.Path;
        Value rows = Node("Gather", [RawWeight(layer.NameOf("weight"), out ElementType type), ids], ("axis", 0L));
        return type == _operators.Precision ? rows : Cast(rows, _operators.Precision);
    }

    /// <summary>One row of each sequence.</summary>
    /// <param name="x">[batch, tokens, dim]</param>
    /// <param name="place">[batch, 1], int64.</param>
    /// <returns>[batch, dim]</returns>
    public Value RowAt(Value x, Value place) => Node("GatherND", [x, place], ("batch_dims", 1L));

    /// <summary>A weight that is used as it is, without a layer around it.</summary>
    public Value Table(WeightScope layer)
    {
        _place = layer.Path;
        return Weight(layer, "weight");
    }

    /// <summary>Twice the height and width, each value four times.</summary>
    /// <param name="x">[batch, c, h, w]</param>
    public Value UpsampleNearest(Value x)
    {
        float[] scales = [1, 1, 2, 2];
        Value factors = Constant(ElementType.Float32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(scales.AsSpan()), scales.Length);
        return Node("Resize", [x, default, factors],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
    }

    /// <summary>As <see cref="UpsampleNearest"/>, to the height and width of another value: one less than twice where halving had rounded up.</summary>
    /// <param name="x">[batch, c, h, w]</param>
    /// <param name="like">[batch, any, 2h or 2h - 1, 2w or 2w - 1]</param>
    public Value UpsampleNearestLike(Value x, Value like)
    {
        Value size = Concat(0, Node("Shape", [x], ("end", 2L)), Node("Shape", [like], ("start", 2L)));
        return Node("Resize", [x, default, default, size],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
    }

    public Value Concat(int axis, params ReadOnlySpan<Value> parts) => Node("Concat", parts, ("axis", (long)axis));

    /// <summary>Two equal halves along the last axis.</summary>
    public (Value First, Value Second) Halves(Value x, int axis = -1)
    {
        string name = Unique("Split");
        Value first = new(name + "/first"), second = new(name + "/second");
        Add(new OnnxNode(name, "Split", "", [x.Name], [first.Name, second.Name], [("axis", (long)axis), ("num_outputs", 2L)]));
        return (first, second);
    }

    /// <param name="shape">0 keeps a dimension, -1 is what remains.</param>
    public Value Reshape(Value x, params ReadOnlySpan<long> shape) => Node("Reshape", [x, Constant(shape)]);

    /// <summary>Reshapes to the shape that another value has when it runs.</summary>
    public Value ReshapeLike(Value x, Value other) => Node("Reshape", [x, Node("Shape", [other])]);

    public Value Transpose(Value x, params long[] order) => Node("Transpose", [x], ("perm", order));

    public Value Unsqueeze(Value x, params ReadOnlySpan<long> axes) => Node("Unsqueeze", [x, Constant(axes)]);

    public Value Clamp(Value x, float low, float high) => Node("Clip", [x, Scalar(low), Scalar(high)]);

    /// <summary>cos and sin of t * frequency, in float32 whatever the graph's precision: the arguments reach 1000.</summary>
    /// <param name="timestep">[batch], float32.</param>
    /// <returns>[batch, 2 * frequencies], cosines first.</returns>
    public Value Sinusoids(Value timestep, ReadOnlySpan<float> frequencies)
    {
        Value row = Constant(ElementType.Float32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(frequencies), 1, frequencies.Length);
        Value angles = Multiply(Unsqueeze(timestep, 1), row);
        return Concat(1, Node("Cos", [angles]), Node("Sin", [angles]));
    }

    /// <summary>From float32 to the graph's precision.</summary>
    public Value ToPrecision(Value x) => _operators.Precision == ElementType.Float32 ? x : Cast(x, _operators.Precision);

    private Value ToFloat32(Value x) => _operators.Precision == ElementType.Float32 ? x : Cast(x, ElementType.Float32);

    private Value Cast(Value x, ElementType type) => Node("Cast", [x], ("to", (long)OnnxWriter.DataType(type)));

    private Value Scalar(float value) => Constant([value]);
}
