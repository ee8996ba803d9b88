using SdStudio.Diffusion.Tensors;
using SdStudio.Diffusion.Tests.Checkpoints;
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

    [SkippableTheory]
    [InlineData("lora/sd15-tiny-A.kohya.safetensors", "LoRA", "kohya")]
    [InlineData("lora/sd15-tiny-A.peft.safetensors", "LoRA", "PEFT")]
    [InlineData("lora/sd15-tiny-B-locon.kohya.safetensors", "LoCon", "kohya")]
    [InlineData("lora/sd15-tiny-C-loha.kohya.safetensors", "LoHa", "kohya")]
    [InlineData("lora/sd15-tiny-D-lokr.kohya.safetensors", "LoKr", "kohya")]
    public void Inspect_LoraOfAnyForm_IsNamed(string file, string form, string naming)
    {
        Shell shell = Shell.Run("inspect", GoldenFolder.Require(file));

        Assert.Equal("", shell.Error);
        AssertField(shell, "Kind", form);
        AssertField(shell, "Names", naming);
        Assert.Matches(@"Changes +[1-9]\d* layers of the UNet", shell.Output);
        Assert.Matches("SHA-256 +[0-9a-f]{64}", shell.Output);
    }

    [Theory]
    [InlineData("down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight", "diffusers")]
    [InlineData("transformer_blocks.0.attn1.to_q.lora_A.weight", "PEFT")]
    [InlineData("whatever.lora_A.default.weight", "PEFT")]
    [InlineData("te_model.hada_w1_a", "LyCORIS")]
    public void Inspect_LoraOutsideTheUsualPrefixes_IsALoraAllTheSame(string key, string naming)
    {
        Shell shell = Shell.Run("inspect", Write(new PlannedTensor(key, ElementType.Float16, 4, 8)));

        Assert.Equal(0, shell.ExitCode);
        AssertField(shell, "Names", naming);
        AssertField(shell, "Made for", "nothing tells");
    }

    [Fact]
    public void Inspect_LoraThatHoldsWhatIsNotRead_SaysSo()
    {
        Shell shell = Shell.Run("inspect", Write(
            new("lora_unet_x.lora_down.weight", ElementType.Float16, 8, 8), new("lora_unet_x.lora_up.weight", ElementType.Float16, 8, 8), new("lora_unet_y.oft_blocks", ElementType.Float16, 2, 4, 4)));

        Assert.Contains("It also holds OFT, which SdStudio does not read yet", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_NotesOfMakerAndNeighbours_AreTold()
    {
        string path = Path.Combine(_folder, "file.safetensors");
        SafetensorsWriter.Write(
            path, [new("lora_unet_x.lora_down.weight", ElementType.Float16, 8, 8), new("lora_unet_x.lora_up.weight", ElementType.Float16, 8, 8)], (_, block) => block.Fill(1),
            new Dictionary<string, string> { ["ss_network_dim"] = "8", ["ss_base_model_version"] = "sd_v1" });
        File.WriteAllText(Path.Combine(_folder, "file.civitai.info"), """{"model": {"name": "Harbour light"}, "description": "<p>Evening\u001b[31m</p>", "trainedWords": ["harbour light", "dusk"]}""");

        Shell shell = Shell.Run("inspect", path);

        AssertField(shell, "Trigger words", "harbour light, dusk");
        AssertField(shell, "Base model", "sd_v1");
        AssertField(shell, "Title", "Harbour light");
        AssertField(shell, "Precision", "fp16");
        AssertField(shell, "Rank", "8");
        AssertField(shell, "Format", "safetensors");
        Assert.DoesNotContain('\u001b', shell.Output);
    }

    [Theory]
    [InlineData("decoder.conv_in.weight", "encoder.conv_in.weight", "encoder and decoder")]
    [InlineData("first_stage_model.decoder.conv_in.weight", "first_stage_model.decoder.mid.block_1.norm1.weight", "the decoder alone")]
    public void Inspect_Vae_IsExplained(string first, string second, string holds)
    {
        Shell shell = Shell.Run("inspect", Write(new(first, ElementType.Float32, 16, 4, 3, 3), new(second, ElementType.Float32, 16, 3, 3, 3)));

        AssertField(shell, "Kind", "VAE");
        AssertField(shell, "Holds", holds);
        AssertField(shell, "Latents", "4 channels");
        Assert.Contains("models/vae", shell.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("taesd/taesd_decoder.safetensors", "TAESD")]
    [InlineData("taesd/diffusers/diffusion_pytorch_model.safetensors", "diffusers (AutoencoderTiny)")]
    public void Inspect_TinyDecoder_IsExplained(string file, string layout)
    {
        Shell shell = Shell.Run("inspect", GoldenFolder.Require(file));

        AssertField(shell, "Kind", "tiny decoder for previews (TAESD)");
        AssertField(shell, "Layout", layout);
        AssertField(shell, "Latents", "4 channels");
    }

    [SkippableFact]
    public void Inspect_EmbeddingOfTorch_IsExplainedAndNothingIsRun()
    {
        Shell shell = Shell.Run("inspect", GoldenFolder.Require("embeddings/tinystyle-pt.pt"));

        AssertField(shell, "Kind", "embedding (textual inversion)");
        AssertField(shell, "Format", "torch, of which tensors are read and nothing is run");
        Assert.Matches(@"Vectors +[1-9]", shell.Output);
    }

    [Theory]
    [InlineData("emb_params", 768, "Stable Diffusion 1.x")]
    [InlineData("<harbour-light>", 1024, "Stable Diffusion 2.x")]
    public void Inspect_Embedding_IsToldByItsWidth(string key, int width, string family)
    {
        Shell shell = Shell.Run("inspect", Write(new PlannedTensor(key, ElementType.Float32, 3, width)));

        AssertField(shell, "Vectors", "3");
        AssertField(shell, "Made for", family);
    }

    [Theory]
    [InlineData("text_model.embeddings.token_embedding.weight", 768, "CLIP ViT-L text encoder")]
    [InlineData("cond_stage_model.model.token_embedding.weight", 1024, "OpenCLIP ViT-H text encoder")]
    [InlineData("conditioner.embedders.1.model.token_embedding.weight", 1280, "OpenCLIP ViT-bigG text encoder")]
    public void Inspect_TextEncoder_IsToldByItsWidth(string table, int width, string label)
    {
        Shell shell = Shell.Run("inspect", Write(new(table, ElementType.Float16, 100, width), new(table.Replace("token_embedding.weight", "ln_final.weight", StringComparison.Ordinal), ElementType.Float16, width)));

        AssertField(shell, "Kind", label);
        AssertField(shell, "Tokens", "100");
    }

    [Theory]
    [InlineData("control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", 768, "Stable Diffusion 1.x")]
    [InlineData("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", 2048, "Stable Diffusion XL")]
    public void Inspect_ControlNet_IsToldAndNamed(string reader, int width, string family)
    {
        Shell shell = Shell.Run("inspect", Write(new("controlnet_cond_embedding.conv_in.weight", ElementType.Float16, 16, 3, 3, 3), new(reader, ElementType.Float16, 32, width)));

        AssertField(shell, "Kind", "ControlNet");
        AssertField(shell, "Made for", family);
        Assert.Contains("does not run ControlNets yet", shell.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.1.sub.0.RDB1.conv1.0.weight", "ESRGAN upscaler")]
    [InlineData("params_ema.body.0.rdb1.conv1.weight", "ESRGAN upscaler")]
    [InlineData("params.layers.0.residual_group.blocks.0.attn.qkv.weight", "SwinIR upscaler")]
    public void Inspect_Upscaler_IsNamed(string key, string label)
    {
        Shell shell = Shell.Run("inspect", Write(new PlannedTensor(key, ElementType.Float32, 32, 64, 3, 3)));

        AssertField(shell, "Kind", label);
        Assert.Contains("does not run upscalers yet", shell.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Inspect_OnnxFolder_IsExplained()
    {
        string folder = Path.Combine(_folder, "onnx");
        OnnxModelFolder.Write(GoldenFolder.Require("models/sd15-tiny"), folder);

        Shell shell = Shell.Run("inspect", folder);

        Assert.Equal("", shell.Error);
        AssertField(shell, "Format", "ONNX, run as it is: LoRAs cannot be put into it");
        AssertField(shell, "Family", "Stable Diffusion 1.x");
        Assert.DoesNotContain("Missing", shell.Output, StringComparison.Ordinal);
        Assert.Matches("SHA-256 +[0-9a-f]{64}", shell.Output);
    }

    [Fact]
    public void Inspect_FileWithoutItsVae_FindsOneUnderTheRoots()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(keep: name => !name.StartsWith(StableDiffusion1Plan.VaePrefix, StringComparison.Ordinal));
        using TinyCheckpoint whole = TinyCheckpoint.SingleFile(keep: name => name.StartsWith(StableDiffusion1Plan.VaePrefix, StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(_folder, "vae"));
        File.Copy(whole.Path, Path.Combine(_folder, "vae", "some-vae.safetensors"));

        Shell shell = Shell.Run("inspect", model.Path, "--models", _folder);

        Assert.Contains("some-vae.safetensors", shell.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Missing", shell.Output, StringComparison.Ordinal);
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

    private static void AssertField(Shell shell, string label, string value) => Assert.Contains($"{label.PadRight(16)}{value}{Environment.NewLine}", shell.Output, StringComparison.Ordinal);

    private string Write(params PlannedTensor[] tensors)
    {
        string path = Path.Combine(_folder, "file.safetensors");
        SafetensorsWriter.Write(path, tensors, (_, block) => block.Fill(1));
        return path;
    }
}
