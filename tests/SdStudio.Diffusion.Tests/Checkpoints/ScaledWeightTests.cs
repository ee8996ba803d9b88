using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class ScaledWeightTests : IDisposable
{
    private const string UNet = "model.diffusion_model.", Scaled = "middle_block.1.transformer_blocks.0.attn1.to_q";

    private static readonly StableDiffusion1Plan s_plan = StableDiffusion1Plan.TinySingleFile with { Type = ElementType.Float8E4M3 };

    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("scale_weight", UNet)]
    [InlineData("weight_scale", UNet)]
    [InlineData("scale_weight", "")]
    public void Read_WeightWithAScale_IsTheirProduct(string name, string prefix)
    {
        const float Scale = 0.25f;
        using Checkpoint plain = Checkpoint.Open(Write("plain", prefix)), scaled = Checkpoint.Open(Write("scaled", prefix, new PlannedTensor($"{prefix}{Scaled}.{name}", ElementType.Float32), Scale));
        float[] expected = [.. plain.UNet.Read(Scaled + ".weight").Select(value => value * Scale)];
        byte[] halves = new byte[expected.Length * 2];
        scaled.UNet.CopyTo(Scaled + ".weight", halves, ElementType.Float16);

        Assert.Equal("sd1", scaled.Family.Key);
        Assert.Equal(expected, scaled.UNet.Read(Scaled + ".weight"));
        Assert.Equal([.. expected.Select(value => (float)(Half)value)], Enumerable.Range(0, expected.Length).Select(i => (float)BitConverter.ToHalf(halves, i * 2)));
        Assert.Equal(plain.UNet.Read("out.2.weight"), scaled.UNet.Read("out.2.weight"));
        Assert.All(scaled.Components.Where(component => component.TensorCount > 0), component => Assert.Empty(component.MissingWeights));
        Assert.Equal(plain.Components[0].TensorCount, scaled.Components[0].TensorCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_ModelWithScales_GivesThemToTheNetwork(bool lowMemory)
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        Latent sample = new(4, 4, 4, [.. Enumerable.Range(0, 64).Select(i => i / 64f)]);
        float[] Predict(string path)
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            using UNet unet = new(device, checkpoint);
            return unet.Predict(sample, 500, new Conditioning(new float[77 * 64], 77, 64), CancellationToken.None).Values.ToArray();
        }

        float[] plain = Predict(Write("plain", UNet)), one = Predict(Write("one", UNet, new PlannedTensor($"{UNet}{Scaled}.scale_weight", ElementType.Float32), 1));

        Assert.Equal(plain, one);
        Assert.NotEqual(plain, Predict(Write("other", UNet, new PlannedTensor($"{UNet}{Scaled}.scale_weight", ElementType.Float32), 30)));
    }

    [Fact]
    public void Open_WeightScaledRowByRow_IsRefusedByName()
    {
        string path = Write("rows", UNet, new PlannedTensor($"{UNet}{Scaled}.scale_weight", ElementType.Float32, 32, 1), 1);

        Assert.Contains("are scaled row by row", Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ScaleThatIsNoNumber_IsRefused()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write("nan", UNet, new PlannedTensor($"{UNet}{Scaled}.scale_weight", ElementType.Float32), float.NaN));

        Assert.Contains("scale", Assert.Throws<CheckpointException>(() => checkpoint.UNet.Read(Scaled + ".weight")).Message, StringComparison.Ordinal);
    }

    /// <summary>A UNet in fp8, with the mark that ComfyUI leaves.</summary>
    private string Write(string name, string prefix, PlannedTensor? scale = null, float value = 1)
    {
        string path = Path.Combine(_root, name + ".safetensors");
        SafetensorsWriter.Fill random = new RandomWeights(1).Fill;
        SafetensorsWriter.Write(
            path,
            [
                .. s_plan.UNet().Select(tensor => tensor with { Name = prefix + tensor.Name }),
                .. scale is null ? [] : (PlannedTensor[])[scale, new PlannedTensor(prefix + "scaled_fp8", ElementType.Float8E4M3, 0), new PlannedTensor($"{prefix}{Scaled}.scale_input", ElementType.Float32)],
            ],
            (tensor, block) =>
            {
                if (tensor.Name.Contains("scale", StringComparison.Ordinal))
                {
                    block.Fill(value);
                }
                else
                {
                    random(tensor, block);
                }
            });
        return path;
    }
}
