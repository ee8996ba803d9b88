using System.Text.Json.Nodes;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Diffusion.Tokens;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class DiffusersFolderTests : IDisposable
{
    private readonly TinyCheckpoint _model = TinyCheckpoint.Folder();

    [Theory]
    [InlineData(ElementType.Float16, 1e-3)]
    [InlineData(ElementType.BFloat16, 8e-3)]
    [InlineData(ElementType.Float8E4M3, 0.13)]
    [InlineData(ElementType.Float8E5M2, 0.26)]
    public void Open_NarrowTypes_ConvertToTheSameWeights(ElementType type, double relative)
    {
        using TinyCheckpoint exact = TinyCheckpoint.SingleFile(ElementType.Float32);
        using TinyCheckpoint narrow = TinyCheckpoint.SingleFile(type);
        using Checkpoint a = Checkpoint.Open(exact.Path);
        using Checkpoint b = Checkpoint.Open(narrow.Path);

        const string Name = "output_blocks.0.0.in_layers.2.weight";
        Assert.Equal(type, b.UNet.TypeOf(Name));
        float[] expected = a.UNet.Read(Name);

        // Relative to the largest value: small ones fall among the narrow type's subnormal numbers.
        Close.Within(expected, b.UNet.Read(Name), relative * expected.Max(MathF.Abs), Name);
    }

    [Fact]
    public void CopyTo_Float16FromFloat16_IsTheFile()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);
        byte[] copy = new byte[checkpoint.UNet.ShapeOf("out.2.weight").ElementCount * 2];

        checkpoint.UNet.CopyTo("out.2.weight", copy, ElementType.Float16);

        WeightLocation place = checkpoint.UNet.LocationOf("out.2.weight");
        byte[] file = File.ReadAllBytes(place.Path);
        Assert.Equal(file[(int)place.Offset..(int)(place.Offset + place.Length)], copy);
        Assert.Equal(copy.Length, place.Length);
    }

    [Fact]
    public void UNet_AbsentWeight_IsNamed()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);

        CheckpointException e = Assert.Throws<CheckpointException>(() => checkpoint.UNet.ShapeOf("input_blocks.99.0.weight"));

        Assert.Equal(CheckpointProblem.MissingWeight, e.Problem);
        Assert.Contains("input_blocks.99.0.weight", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vae_AbsentFile_IsNamed()
    {
        File.Delete(Path.Combine(_model.Path, "vae", "diffusion_pytorch_model.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);

        Assert.False(checkpoint.Has(Component.Vae));
        Assert.True(checkpoint.Has(Component.UNet));
        CheckpointException e = Assert.Throws<CheckpointException>(() => checkpoint.Vae);
        Assert.Equal(CheckpointProblem.MissingComponent, e.Problem);
        Assert.Contains("VAE", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Components_SingleFileWithoutSomeWeights_ListsThem()
    {
        const string Gone = "output_blocks.1.0.out_layers.3.weight";
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(keep: name => !name.EndsWith(Gone, StringComparison.Ordinal) && !name.StartsWith("first_stage", StringComparison.Ordinal));
        using Checkpoint checkpoint = Checkpoint.Open(model.Path);

        Assert.Equal([Gone], checkpoint.Components[0].MissingWeights.AsEnumerable());
        Assert.Empty(checkpoint.Components[1].MissingWeights);
        Assert.Equal(0, checkpoint.Components[2].TensorCount);
    }

    [Theory]
    [InlineData("unet/config.json", "layers_per_block", "-1")]
    [InlineData("unet/config.json", "layers_per_block", "\"two\"")]
    [InlineData("unet/config.json", "norm_num_groups", "5")]
    [InlineData("unet/config.json", "attention_head_dim", "3")]
    [InlineData("unet/config.json", "attention_head_dim", "[2,2,2]")]
    [InlineData("unet/config.json", "block_out_channels", "[]")]
    [InlineData("unet/config.json", "sample_size", "1e12")]
    [InlineData("unet/config.json", "down_block_types", "[\"DownBlock2D\"]")]
    [InlineData("vae/config.json", "scaling_factor", "0")]
    [InlineData("vae/config.json", "norm_num_groups", "3")]
    [InlineData("text_encoder/config.json", "num_attention_heads", "0")]
    [InlineData("text_encoder/config.json", "num_attention_heads", "7")]
    [InlineData("scheduler/scheduler_config.json", "beta_end", "\"x\"")]
    public void Open_ConfigurationThatMakesNoSense_IsRefused(string file, string key, string value)
    {
        Change(file, key, value);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.InvalidConfiguration, e.Problem);
    }

    [Theory]
    [InlineData("unet/config.json", "act_fn", "\"gelu\"", "act_fn")]
    [InlineData("unet/config.json", "down_block_types", "[\"KDownBlock2D\",\"DownBlock2D\"]", "KDownBlock2D")]
    [InlineData("unet/config.json", "in_channels", "8", "InstructPix2Pix")]
    [InlineData("unet/config.json", "time_cond_proj_dim", "256", "time_cond_proj_dim")]
    [InlineData("unet/config.json", "addition_embed_type", "\"image\"", "addition_embed_type")]
    [InlineData("vae/config.json", "shift_factor", "0.1", "shift_factor")]
    [InlineData("text_encoder/config.json", "hidden_act", "\"relu\"", "relu")]
    [InlineData("scheduler/scheduler_config.json", "beta_schedule", "\"linear\"", "linear")]
    [InlineData("scheduler/scheduler_config.json", "prediction_type", "\"sample\"", "sample")]
    public void Open_ConfigurationThatIsNotRun_IsNamed(string file, string key, string value, string words)
    {
        Change(file, key, value);

        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(_model.Path));

        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}")]
    public void Open_ConfigurationThatIsNoJson_IsRefused(string content)
    {
        File.WriteAllText(Path.Combine(_model.Path, "unet", "config.json"), content);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.InvalidConfiguration, e.Problem);
    }

    [Fact]
    public void Open_HugeConfiguration_IsNotRead()
    {
        using (FileStream stream = File.OpenWrite(Path.Combine(_model.Path, "vae", "config.json")))
        {
            stream.SetLength(10_000_000_000);
        }

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.InvalidConfiguration, e.Problem);
    }

    [Theory]
    [InlineData("unet/diffusion_pytorch_model.safetensors")]
    [InlineData("unet/config.json")]
    [InlineData("vae")]
    [InlineData("tokenizer/vocab.json")]
    public void Open_LinkOutOfTheFolder_IsRefused(string part)
    {
        string inside = Path.Combine(_model.Path, part);
        string outside = Path.Combine(Path.GetDirectoryName(_model.Path)!, "outside");
        if (Directory.Exists(inside))
        {
            Directory.Move(inside, outside);
            Directory.CreateSymbolicLink(inside, outside);
        }
        else
        {
            File.Move(inside, outside);
            File.CreateSymbolicLink(inside, outside);
        }

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.OutsideFolder, e.Problem);
    }

    [Fact]
    public void Open_LinksThatStayInside_AreFollowed()
    {
        string weights = Path.Combine(_model.Path, "unet", "diffusion_pytorch_model.safetensors");
        string blob = Path.Combine(_model.Path, "blob");
        string link = _model.Path + "-link";
        File.Move(weights, blob);
        File.CreateSymbolicLink(weights, Path.Combine("..", "blob"));
        Directory.CreateSymbolicLink(link, _model.Path);

        using Checkpoint checkpoint = Checkpoint.Open(link);

        Assert.True(checkpoint.Has(Component.UNet));
        Assert.Equal(blob, checkpoint.UNet.LocationOf("out.2.weight").Path);
    }

    [Fact]
    public void Open_SnapshotOfTheHuggingFaceCache_IsReadThroughItsLinks()
    {
        string snapshot = MakeSnapshot();

        using Checkpoint checkpoint = Checkpoint.Open(snapshot);

        Assert.All(checkpoint.Components, component => Assert.True(checkpoint.Has(component.Component)));
        Assert.StartsWith("blobs", Path.GetRelativePath(Path.Combine(snapshot, "..", ".."), checkpoint.UNet.LocationOf("out.2.weight").Path), StringComparison.Ordinal);
        Assert.Equal(514, ClipTokenizer.Load(checkpoint.TokenizerFolder!).VocabularySize);
    }

    [Theory]
    [InlineData("unet/config.json")]
    [InlineData("tokenizer/merges.txt")]
    public void Open_SnapshotThatLeadsOutOfItsRepository_IsRefused(string part)
    {
        string snapshot = MakeSnapshot();
        string file = Path.Combine(snapshot, part);
        string outside = Path.Combine(Path.GetDirectoryName(_model.Path)!, "outside");
        File.Copy(file, outside);
        File.Delete(file);
        File.CreateSymbolicLink(file, outside);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(snapshot));

        Assert.Equal(CheckpointProblem.OutsideFolder, e.Problem);
    }

    /// <summary>The model as "hf download" leaves it: a folder of links, the files beside it under the names of their hashes.</summary>
    private string MakeSnapshot()
    {
        string repository = Path.Combine(Path.GetDirectoryName(_model.Path)!, "models--someone--tiny");
        string snapshot = Path.Combine(repository, "snapshots", "0123abcd");
        Directory.CreateDirectory(Path.Combine(repository, "blobs"));
        foreach (string file in Directory.GetFiles(_model.Path, "*", SearchOption.AllDirectories))
        {
            string link = Path.Combine(snapshot, Path.GetRelativePath(_model.Path, file));
            string blob = Path.Combine(repository, "blobs", Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.Copy(file, blob);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }

        return snapshot;
    }

    [Fact]
    public void Open_LinkToItself_IsRefused()
    {
        string link = Path.Combine(_model.Path, "vae", "preview.json");
        File.CreateSymbolicLink(link, link);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.Unreadable, e.Problem);
    }

    [Fact]
    public void Open_FolderThatIsNoModel_SaysSo()
    {
        Directory.Delete(Path.Combine(_model.Path, "unet"), recursive: true);
        File.Delete(Path.Combine(_model.Path, "model_index.json"));

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.MissingComponent, e.Problem);
    }

    [Fact]
    public void Open_ComponentOfTorch_IsRead()
    {
        string weights = Path.Combine(_model.Path, "vae", "diffusion_pytorch_model.safetensors");
        float[] before = Read(checkpoint => checkpoint.Vae, "decoder.conv_in.weight");
        TorchWriter.Convert(weights, Path.ChangeExtension(weights, ".bin"));
        File.Delete(weights);

        Assert.Equal(before, Read(checkpoint => checkpoint.Vae, "decoder.conv_in.weight"));
    }

    [Fact]
    public void Open_UnsafePickle_IsRefusedByName()
    {
        string weights = Path.Combine(_model.Path, "vae", "diffusion_pytorch_model.safetensors");
        File.WriteAllBytes(Path.ChangeExtension(weights, ".bin"), new TorchWriter().Ops("\u0080\u0002cos\nsystem\n.").ToArchive());
        File.Delete(weights);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));

        Assert.Equal(CheckpointProblem.UnsafePickle, e.Problem);
        Assert.Contains("os.system", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("diffusion_pytorch_model.non_ema.safetensors")]
    [InlineData("diffusion_pytorch_model.of_my_own.safetensors")]
    public void Open_Variant_IsFound(string name)
    {
        string weights = Path.Combine(_model.Path, "unet", "diffusion_pytorch_model.safetensors");
        File.Move(weights, Path.Combine(Path.GetDirectoryName(weights)!, name));

        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);

        Assert.Empty(checkpoint.Components[0].MissingWeights);
        Assert.EndsWith(name, Checkpoint.UNetFile(_model.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors.index.json")]
    [InlineData("diffusion_pytorch_model.safetensors.index.fp16.json")]
    public void Open_WeightsInParts_AreRead(string index)
    {
        float[] before = Read(checkpoint => checkpoint.UNet, "out.2.weight");
        string[] parts = WriteParts(index, name => name);

        Assert.Equal(before, Read(checkpoint => checkpoint.UNet, "out.2.weight"));
        using (Checkpoint checkpoint = Checkpoint.Open(_model.Path))
        {
            Assert.Empty(checkpoint.Components[0].MissingWeights);
        }

        File.Delete(parts[1]);
        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path));
        Assert.Equal(CheckpointProblem.NotFound, e.Problem);
        Assert.Contains(Path.GetFileName(parts[1]), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/tmp/")]
    [InlineData("..\\")]
    public void Open_PartElsewhere_IsRefused(string folder)
    {
        WriteParts("diffusion_pytorch_model.safetensors.index.json", name => folder + name);

        Assert.Equal(CheckpointProblem.InvalidConfiguration, Assert.Throws<CheckpointException>(() => Checkpoint.Open(_model.Path)).Problem);
    }

    private float[] Read(Func<Checkpoint, IWeightSource> network, string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);
        return network(checkpoint).Read(name);
    }

    /// <summary>Cuts the UNet's file in two and writes the index that lists them.</summary>
    private string[] WriteParts(string index, Func<string, string> nameInIndex)
    {
        string folder = Path.Combine(_model.Path, "unet"), whole = Path.Combine(folder, "diffusion_pytorch_model.safetensors");
        string[] names = ["diffusion_pytorch_model-00001-of-00002.safetensors", "diffusion_pytorch_model-00002-of-00002.safetensors"];
        GoldenTensors tensors = GoldenTensors.Read(whole);
        ILookup<int, string> halves = tensors.Names.Order(StringComparer.Ordinal).Index().ToLookup(item => item.Index % 2, item => item.Item);
        for (int i = 0; i < 2; i++)
        {
            Dictionary<string, float[]> rest = halves[i].ToDictionary(name => name, tensors.Floats);
            Dictionary<string, int> done = halves[i].ToDictionary(name => name, _ => 0);
            SafetensorsWriter.Write(Path.Combine(folder, names[i]), [.. halves[i].Select(name => new PlannedTensor(name, ElementType.Float32, tensors.Shape(name)))], (tensor, block) =>
            {
                rest[tensor.Name].AsSpan(done[tensor.Name], block.Length).CopyTo(block);
                done[tensor.Name] += block.Length;
            });
        }

        var map = halves.SelectMany(half => half.Select(name => (name, file: nameInIndex(names[half.Key])))).ToDictionary(item => item.name, item => item.file);
        File.WriteAllBytes(Path.Combine(folder, index), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { metadata = new { total_size = 1 }, weight_map = map }));
        File.Delete(whole);
        return [.. names.Select(name => Path.Combine(folder, name))];
    }

    [Fact]
    public void Open_PipelineOfAnotherKind_IsNamed()
    {
        Directory.Delete(Path.Combine(_model.Path, "unet"), recursive: true);
        File.WriteAllText(Path.Combine(_model.Path, "model_index.json"), """{"_class_name":"UnheardOfPipeline"}""");

        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(_model.Path));

        Assert.Contains("UnheardOfPipeline", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TinyFolder_HasSizesOfItsConfiguration()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_model.Path);

        Assert.Equal(16, checkpoint.NativeSize);
        Assert.Equal(2, checkpoint.SizeStep);
        Assert.All(checkpoint.Components, component => Assert.Empty(component.MissingWeights));
    }

    public void Dispose() => _model.Dispose();

    private void Change(string file, string key, string value)
    {
        string path = Path.Combine(_model.Path, file);
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(path))!;
        configuration[key] = JsonNode.Parse(value);
        File.WriteAllText(path, configuration.ToJsonString());
    }
}
