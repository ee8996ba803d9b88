using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class TextEncoderNamesTests : IDisposable
{
    private const string Layer = "model.transformer.resblocks.3.";

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Add_FusedAttentionOfOpenClip_IsThreeMatrices()
    {
        using SafetensorsFile file = Write(new(Layer + "attn.in_proj_weight", ElementType.Float16, 6, 2), new(Layer + "attn.in_proj_bias", ElementType.Float32, 6));

        ComponentWeights weights = Read(file, pools: false);

        Assert.Equal(6, weights.Count);
        Assert.Equal(new Shape(2, 2), weights.ShapeOf("text_model.encoder.layers.3.self_attn.k_proj.weight"));
        Assert.Equal([4, 5, 6, 7], weights.Read("text_model.encoder.layers.3.self_attn.k_proj.weight"));
        Assert.Equal([4, 5], weights.Read("text_model.encoder.layers.3.self_attn.v_proj.bias"));
        WeightLocation query = weights.LocationOf("text_model.encoder.layers.3.self_attn.q_proj.weight"), key = weights.LocationOf("text_model.encoder.layers.3.self_attn.k_proj.weight");
        Assert.Equal((8, 8), (query.Length, key.Offset - query.Offset));
    }

    [Fact]
    public void Add_ProjectionOfOpenClip_IsTurned()
    {
        using SafetensorsFile file = Write(new PlannedTensor("model.text_projection", ElementType.Float16, 2, 3));

        ComponentWeights weights = Read(file, pools: true);

        Assert.Equal(new Shape(3, 2), weights.ShapeOf("text_projection.weight"));
        Assert.Equal([0, 3, 1, 4, 2, 5], weights.Read("text_projection.weight"));
        Assert.Equal(0, Read(file, pools: false).Count);
    }

    [Fact]
    public void Add_FusedAttentionThatCannotBeDivided_IsRefused()
    {
        using SafetensorsFile file = Write(new PlannedTensor(Layer + "attn.in_proj_weight", ElementType.Float16, 7, 2));

        Assert.Equal(CheckpointProblem.InvalidShape, Assert.Throws<CheckpointException>(() => Read(file, pools: false)).Problem);
    }

    [Theory]
    [InlineData("model.token_embedding.weight", "text_model.embeddings.token_embedding.weight")]
    [InlineData("model.positional_embedding", "text_model.embeddings.position_embedding.weight")]
    [InlineData("model.ln_final.bias", "text_model.final_layer_norm.bias")]
    [InlineData(Layer + "ln_1.weight", "text_model.encoder.layers.3.layer_norm1.weight")]
    [InlineData(Layer + "mlp.c_proj.bias", "text_model.encoder.layers.3.mlp.fc2.bias")]
    [InlineData(Layer + "attn.out_proj.weight", "text_model.encoder.layers.3.self_attn.out_proj.weight")]
    [InlineData("transformer.text_model.final_layer_norm.bias", "text_model.final_layer_norm.bias")]
    [InlineData("transformer.encoder.layers.0.mlp.fc1.bias", "text_model.encoder.layers.0.mlp.fc1.bias")]
    [InlineData("transformer.text_model.embeddings.position_ids", null)]
    [InlineData("transformer.text_projection.weight", null)]
    [InlineData("model.logit_scale", null)]
    [InlineData("model.transformer.resblocks.", null)]
    public void Add_EveryNaming_EndsInOne(string key, string? name)
    {
        using SafetensorsFile file = Write(new PlannedTensor(key, ElementType.Float16, 2, 2));

        Assert.Equal(name is null ? [] : [name], Read(file, pools: false).Names);
    }

    [Theory]
    [InlineData(24, false, "model.transformer.resblocks.23.")]
    [InlineData(23, false, null)]
    [InlineData(4, true, "model.transformer.resblocks.3.")]
    [InlineData(4, false, null)]
    public void UnusedLayer_IsTheLastOfAWholeNetwork(int layers, bool hasProjection, string? unused)
    {
        List<PlannedTensor> tensors = [.. Enumerable.Range(0, layers).Select(i => new PlannedTensor($"te.model.transformer.resblocks.{i}.ln_1.weight", ElementType.Float16, 2))];
        if (hasProjection)
        {
            tensors.Add(new PlannedTensor("te.model.text_projection", ElementType.Float16, 2, 2));
        }

        using SafetensorsFile file = Write([.. tensors]);

        Assert.Equal(unused is null ? null : "te." + unused, TextEncoderNames.UnusedLayer(file.Header, "te.", usedLayers: 23));
    }

    private SafetensorsFile Write(params PlannedTensor[] tensors)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.safetensors");
        SafetensorsWriter.Write(path, [.. tensors], static (_, values) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = i;
            }
        });
        return SafetensorsFile.Open(path);
    }

    private static ComponentWeights Read(SafetensorsFile file, bool pools)
    {
        ComponentWeights weights = new(Component.TextEncoder, file.Path);
        foreach ((string key, TensorEntry tensor) in file.Header.Tensors)
        {
            TextEncoderNames.Add(weights, key, file, tensor, pools);
        }

        return weights;
    }
}
