using System.Security.Cryptography;
using System.Text;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Metadata;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    [Fact]
    public void Generate_ModelByName_WritesThePictureWithItsRecipe()
    {
        TinyCheckpoint.WriteFolder(Path.Combine(_folder, "models", "tiny"));
        string file = Path.Combine(_folder, "made", "out.png");

        Shell shell = Shell.Run(
            "generate", "--models", Path.Combine(_folder, "models"), "--model", "TINY", "--prompt", "a cat", "--negative", "a dog", "--steps", "2", "--sampler", "euler",
            "--seed", "42", "--guidance", "5.5", "--width", "24", "--provider", "cpu", "--out", file);

        Assert.Equal("", shell.Error);
        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("Step 2 of 2", shell.Output, StringComparison.Ordinal);
        Assert.Contains("24 x 16, seed 42", shell.Output, StringComparison.Ordinal);
        byte[] png = File.ReadAllBytes(file);
        string text = Encoding.Latin1.GetString(png);
        Assert.StartsWith("\u0089PNG", text, StringComparison.Ordinal);
        Assert.Matches("parameters\0a cat\nNegative prompt: a dog\nSteps: 2, Sampler: Euler, Schedule type: Normal, CFG scale: 5.5, Seed: 42, Size: 24x16, Model hash: [0-9a-f]{10}, Model: tiny", text);
        Assert.Equal(["out.png"], Directory.EnumerateFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Generate_SingleFileWithLora_WritesHashesAndTheWholeRecipe()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile();
        // A single file has no tokenizer of its own; the other model's fits.
        TinyCheckpoint.WriteFolder(Path.Combine(_folder, "other"));
        string lora = Path.Combine(_folder, "loras", "style.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(lora)!);
        const string Query = "lora_unet_middle_block_1_transformer_blocks_0_attn1_to_q";
        long width = SafetensorsHeader.Read(model.Path).Tensors["model.diffusion_model.middle_block.1.transformer_blocks.0.attn1.to_q.weight"].Shape[0];
        SafetensorsWriter.Write(
            lora, [new(Query + ".lora_down.weight", ElementType.Float32, 2, width), new(Query + ".lora_up.weight", ElementType.Float32, width, 2)], (_, block) => block.Fill(0.1f));
        string file = Path.Combine(_folder, "out.png");

        Shell shell = Shell.Run(
            "generate", "--models", _folder, "-m", model.Path, "-p", "x", "--steps", "1", "--seed", "9007199254740993", "--lora", "style:0.5", "--width", "16", "--height", "16", "--provider", "cpu", "-o", file);

        Assert.Equal("", shell.Error);
        IReadOnlyList<KeyValuePair<string, string>> texts = PngText.Read(new MemoryStream(File.ReadAllBytes(file)));
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model.Path)))[..10];
        Assert.Equal(["parameters", "sdstudio"], texts.Select(text => text.Key));
        Assert.Contains($"Model hash: {hash}, Model: tiny", texts[0].Value, StringComparison.Ordinal);
        Assert.Matches("Lora hashes: \"style: [0-9a-f]{12}\"", texts[0].Value);
        Assert.Contains("9007199254740993", texts[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_SameSeed_SameBytes()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        byte[][] files = [.. Enumerable.Range(0, 2).Select(i =>
        {
            string file = Path.Combine(_folder, $"{i}.png");
            Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "-p", "x", "--steps", "2", "--seed", "1", "--provider", "cpu", "-o", file).ExitCode);
            using MemoryStream pixels = new();
            using FileStream stream = File.OpenRead(file);
            PngText.CopyWithoutTextAsync(stream, pixels, keep: null, CancellationToken.None).GetAwaiter().GetResult();
            return pixels.ToArray();
        })];

        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public void Generate_Cancelled_AnswersLikeAnInterruptedProgram()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        string file = Path.Combine(_folder, "out.png");

        Shell shell = Shell.Run(stopped.Token, "generate", "-m", model.Path, "-p", "x", "--provider", "cpu", "-o", file);

        Assert.Equal(130, shell.ExitCode);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("'--prompt' is required", "--model", "m", "--out", "a.png")]
    [InlineData("--steps takes 1 to 1000", "--steps", "0")]
    [InlineData("--guidance takes 0 to 100", "--guidance", "-1")]
    [InlineData("--guidance takes 0 to 100", "--guidance", "NaN")]
    [InlineData("--seed takes 0 to", "--seed", "-5")]
    [InlineData("--width takes 1 to", "--width", "0")]
    [InlineData("many", "--steps", "many")]
    [InlineData("lms", "--sampler", "lms")]
    [InlineData("cubic", "--schedule", "cubic")]
    [InlineData("\"a:b\" is not that", "--lora", "a:b")]
    [InlineData("\"a:99\" is not that", "--lora", "a:99")]
    [InlineData("\"a:nan\" is not that", "--lora", "a:nan")]
    [InlineData("\":1\" is not that", "--lora", ":1")]
    [InlineData("takes the name of a .png file", "--out", "a.jpg")]
    [InlineData("tpu", "--provider", "tpu")]
    [InlineData("--frobnicate", "--frobnicate")]
    public void Generate_WrongArguments_AreNamedAndNothingIsTried(string words, params string[] extra)
    {
        string[] needed = extra.Contains("--model") ? [] : extra.Contains("--out") ? ["-m", "m", "-p", "x"] : ["-m", "m", "-p", "x", "-o", "a.png"];

        Shell shell = Shell.Run(["generate", .. needed, .. extra]);

        Assert.Equal(2, shell.ExitCode);
        Assert.Contains(words, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_UnknownModel_ListsThoseThatAreThere()
    {
        TinyCheckpoint.WriteFolder(Path.Combine(_folder, "first"));

        Shell shell = Shell.Run("generate", "--models", _folder, "-m", "second", "-p", "x", "-o", "a.png");

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("There is no model \"second\"", shell.Error, StringComparison.Ordinal);
        Assert.Contains("There are: first.", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_UnknownLora_IsNamed()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();

        Shell shell = Shell.Run("generate", "--models", _folder, "-m", model.Path, "-p", "x", "--lora", "glitter:0.5", "-o", "a.png");

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("There is no LoRA \"glitter\"", shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate", "--out")]
    [InlineData("inspect", "<file>")]
    [InlineData("bench", "--low-memory")]
    public void Help_OfEachCommand_ExplainsIt(string command, string words)
    {
        Shell shell = Shell.Run(command, "--help");

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains(words, shell.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
