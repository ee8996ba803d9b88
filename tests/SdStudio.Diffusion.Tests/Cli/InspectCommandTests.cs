using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class InspectCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    [Fact]
    public void Inspect_Folder_ListsItsNetworks()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder(ElementType.BFloat16);
        StableDiffusion1Plan plan = StableDiffusion1Plan.TinyFolder;

        Shell shell = Shell.Run("inspect", model.Path);

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("Stable Diffusion 1.x", shell.Output, StringComparison.Ordinal);
        Assert.Contains("16 x 16 pixels", shell.Output, StringComparison.Ordinal);
        AssertRow(shell, "UNet", plan.UNet(), "BF16");
        AssertRow(shell, "VAE", plan.Vae(), "BF16");
        AssertRow(shell, "text encoder", plan.TextEncoder(), "BF16");
        Assert.DoesNotContain("Missing", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_IncompleteFile_SaysWhatIsMissing()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(
            keep: name => !name.StartsWith(StableDiffusion1Plan.VaePrefix, StringComparison.Ordinal) && !name.Contains(".out.2.", StringComparison.Ordinal));

        Shell shell = Shell.Run("inspect", model.Path);

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("Missing: the whole VAE.", shell.Output, StringComparison.Ordinal);
        Assert.Contains("Missing from the UNet: 2 weights", shell.Output, StringComparison.Ordinal);
        Assert.Contains("  out.2.weight", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_Lora_SaysWhatItIsMadeFor()
    {
        string path = Write(
            new("lora_unet_x_attn2_to_k.lora_down.weight", ElementType.Float16, 8, 2048), new("lora_unet_x_attn2_to_k.lora_up.weight", ElementType.Float16, 64, 8));

        Shell shell = Shell.Run("inspect", path);

        Assert.Contains("LoRA", shell.Output, StringComparison.Ordinal);
        Assert.Contains("Stable Diffusion XL", shell.Output, StringComparison.Ordinal);
        Assert.Contains("F16 (2)", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_AnotherFamily_IsNamed()
    {
        string path = Write(new("model.diffusion_model.input_blocks.0.0.weight", ElementType.Float16, 8, 4, 3, 3), new("model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", ElementType.Float16, 8, 8));

        Shell shell = Shell.Run("inspect", path);

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("Stable Diffusion 3", shell.Output, StringComparison.Ordinal);
        Assert.Contains("does not run yet", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_LoraByName_IsFoundToo()
    {
        Write(new("lora_unet_x.lora_down.weight", ElementType.Float16, 8, 8), new("lora_unet_x.lora_up.weight", ElementType.Float16, 8, 8));

        Shell shell = Shell.Run("inspect", "file", "--models", _folder);

        Assert.Equal("", shell.Error);
        Assert.Contains("file.safetensors", shell.Output, StringComparison.Ordinal);
        Assert.Contains("nothing tells", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_NoModelAtAll_ShowsItsWeights()
    {
        Shell shell = Shell.Run("inspect", Write(new PlannedTensor("a\u001b[31m", ElementType.Float32, 2, 3)));

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("unknown", shell.Output, StringComparison.Ordinal);
        Assert.Contains("F32 [2, 3]", shell.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shell.Output);
    }

    [Fact]
    public void Inspect_BrokenFile_SaysWhatIsWrong()
    {
        string path = Write(new PlannedTensor("a", ElementType.Float32, 100));
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.SetLength(stream.Length - 1);
        }

        Shell shell = Shell.Run("inspect", path);

        Assert.Equal(1, shell.ExitCode);
        Assert.StartsWith("The file ends early", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_NoSuchFile_SaysSo()
    {
        Shell shell = Shell.Run("inspect", Path.Combine(_folder, "gone.safetensors"));

        Assert.Equal(1, shell.ExitCode);
        Assert.StartsWith("There is no file", shell.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertRow(Shell shell, string name, List<PlannedTensor> tensors, string type)
    {
        string line = shell.Output.Split('\n').Single(line => line.StartsWith(name + "  ", StringComparison.Ordinal) && line.Contains('(', StringComparison.Ordinal));
        string digits = string.Concat(tensors.Sum(tensor => tensor.ElementCount).ToString("N0", System.Globalization.CultureInfo.InvariantCulture)).Replace(',', ' ');
        Assert.Contains($" {tensors.Count} ", line, StringComparison.Ordinal);
        Assert.Contains($" {digits} ", line, StringComparison.Ordinal);
        Assert.EndsWith($"{type} ({tensors.Count})", line.TrimEnd('\r'), StringComparison.Ordinal);
    }

    private string Write(params PlannedTensor[] tensors)
    {
        string path = Path.Combine(_folder, "file.safetensors");
        SafetensorsWriter.Write(path, tensors, (_, block) => block.Fill(1));
        return path;
    }
}
