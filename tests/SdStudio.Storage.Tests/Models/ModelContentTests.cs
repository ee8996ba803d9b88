using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models;

/// <summary>Files that lie among the checkpoints and are none.</summary>
public sealed class ModelContentTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("1.weight", "3.conv.0.weight", ModelKind.ApproximateVae)]
    [InlineData("decoder.conv_in.weight", "encoder.conv_in.weight", ModelKind.Vae)]
    [InlineData("control_model.input_blocks.0.0.weight", "control_model.time_embed.0.weight", ModelKind.ControlNet)]
    [InlineData("model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight", ModelKind.Upscaler)]
    [InlineData("down_blocks.0.attn1.processor.to_q_lora.down.weight", "down_blocks.0.attn1.processor.to_q_lora.up.weight", ModelKind.Lora)]
    public void Scan_FileAmongTheCheckpoints_IsWhatItsWeightsSay(string first, string second, ModelKind kind)
    {
        Write(first, second);

        Assert.Equal(kind, Assert.Single(ModelCatalog.ReadFolders([_root])).Kind);
    }

    [Fact]
    public void Scan_TextEncoderAmongTheCheckpoints_IsOne()
    {
        SafetensorsWriter.Write(
            Path.Combine(_root, "clip.safetensors"), [new("text_model.embeddings.token_embedding.weight", ElementType.Float16, 40, 768), new("text_model.final_layer_norm.weight", ElementType.Float16, 768)],
            (_, block) => block.Fill(1));

        Assert.Equal((ModelKind.TextEncoder, null), (Assert.Single(ModelCatalog.ReadFolders([_root])).Kind, ModelCatalog.ReadFolders([_root])[0].Problem));
    }

    [Fact]
    public void ReadFile_OutsideEveryRoot_TakesItsKindFromTheFolderAround()
    {
        Write("weight", "bias");
        string folder = Directory.CreateDirectory(Path.Combine(_root, "upscalers")).FullName;
        File.Move(Path.Combine(_root, "file.safetensors"), Path.Combine(folder, "file.safetensors"));

        ModelFile model = ModelCatalog.ReadFile(Path.Combine(folder, "file.safetensors"), []);

        Assert.Equal((ModelKind.Upscaler, "fp16"), (model.Kind, model.Precision));
    }

    private void Write(params string[] names) => SafetensorsWriter.Write(
        Path.Combine(_root, "file.safetensors"), [.. names.Select(name => new PlannedTensor(name, ElementType.Float16, 16, 4, 3, 3))], (_, block) => block.Fill(1));
}
