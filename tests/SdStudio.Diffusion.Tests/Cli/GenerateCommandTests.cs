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
    public void Generate_ChosenVaeAndTextEncoder_MakeTheUNetWholeAndStandInTheRecipe()
    {
        using TinyCheckpoint bare = TinyCheckpoint.SingleFile(keep: name => name.StartsWith("model.diffusion_model.", StringComparison.Ordinal), name: "bare"), other = TinyCheckpoint.SingleFile(name: "other");
        TinyCheckpoint.WriteFolder(Path.Combine(_folder, "tokenizers-of"));
        string file = Path.Combine(_folder, "out.png");
        string[] command = ["generate", "--models", _folder, "-m", bare.Path, "-p", "x", "--steps", "1", "--width", "16", "--height", "16", "--provider", "cpu", "-o", file];

        Shell without = Shell.Run(command), with = Shell.Run([.. command, "--vae", other.Path, "--text-encoder", other.Path]);

        Assert.Contains("has no VAE", without.Error, StringComparison.Ordinal);
        Assert.Equal("", with.Error);
        Assert.Contains("Model: bare, VAE: other, Text encoder 1: other", PngText.Read(new MemoryStream(File.ReadAllBytes(file)))[0].Value, StringComparison.Ordinal);
        Assert.Contains("no VAE \"gone\"", Shell.Run([.. command, "--vae", "gone"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_Profile_BringsItsNoiseUnlessAnotherIsSaid()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        ImageRecipe plain = Recipe(), comfy = Recipe("--profile", "comfyui", "--emphasis", "nonorm"), own = Recipe("--profile", "A1111", "--noise", "cpu"), card = Recipe("--profile", "A1111");

        Assert.Equal((CompatibilityProfile.SdStudio, null, NoiseSettings.Default), (plain.Profile, plain.Emphasis, plain.Noise));
        Assert.Equal((CompatibilityProfile.ComfyUi, EmphasisMode.NoNorm, NoiseSource.Nvidia), (comfy.Profile, comfy.Emphasis, comfy.Noise.StepSource));
        Assert.Equal((NoiseSource.Cpu, NoiseSource.Nvidia), (own.Noise.Source, card.Noise.Source));

        ImageRecipe Recipe(params string[] more)
        {
            string file = Path.Combine(_folder, $"{more.Length}-{string.Concat(more)}.png");
            Shell shell = Shell.Run(["generate", "-m", model.Path, "-p", "x", "--steps", "1", "--width", "16", "--height", "16", "--provider", "cpu", "-o", file, .. more]);
            Assert.Equal("", shell.Error);
            return PictureReader.Read(new MemoryStream(File.ReadAllBytes(file))).Recipe!.Recipe;
        }
    }

    [Fact]
    public void Generate_SameSeed_SameBytes()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        byte[][] files = [.. Enumerable.Range(0, 2).Select(i =>
        {
            string file = Path.Combine(_folder, $"{i}.png");
            Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "-p", "x", "--steps", "2", "--seed", "1", "--provider", "cpu", "-o", file).ExitCode);
            return Pixels(file);
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
    [InlineData("with --prompt, or a file of them with --prompts", "--model", "m", "--out", "a.png")]
    [InlineData("with --prompt, or a file of them with --prompts", "--prompts", "p.txt")]
    [InlineData("--seeds goes with --prompts", "--seeds", "0-3")]
    [InlineData("--steps takes 1 to 1000", "--steps", "0")]
    [InlineData("--guidance takes 0 to 100", "--guidance", "-1")]
    [InlineData("--guidance takes 0 to 100", "--guidance", "NaN")]
    [InlineData("--seed takes 0 to", "--seed", "-5")]
    [InlineData("--width takes 1 to", "--width", "0")]
    [InlineData("many", "--steps", "many")]
    [InlineData("theirs", "--sampler", "theirs")]
    [InlineData("--eta takes 0 to 1", "--eta", "2")]
    [InlineData("tpu", "--noise", "tpu")]
    [InlineData("\"512\" is not that", "--seed-resize-from", "512")]
    [InlineData("\"1/99\" is not that", "--batch", "1/99")]
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
    public void Generate_NoiseAndKnobs_AreInTheRecipe()
    {
        TinyCheckpoint.WriteFolder(Path.Combine(_folder, "models", "tiny"));
        string file = Path.Combine(_folder, "out.png");

        Shell shell = Shell.Run(
            "generate", "--models", Path.Combine(_folder, "models"), "--model", "tiny", "--prompt", "a cat", "--steps", "2", "--sampler", "euler_a", "--schedule", "beta", "--seed", "42",
            "--eta", "0.5", "--noise-scale", "1.1", "--noise", "nvidia", "--variation-seed", "7", "--variation-strength", "0.3", "--seed-resize-from", "32x24", "--step-seed-delta", "-2",
            "--batch", "2/3", "--provider", "cpu", "--out", file);

        Assert.Equal("", shell.Error);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        Assert.Contains("Sampler: Euler a, Schedule type: Beta,", text, StringComparison.Ordinal);
        Assert.Contains("Variation seed: 7, Variation seed strength: 0.3, Seed resize from: 32x24, ENSD: -2, RNG: NV, Eta: 0.5, Sigma noise: 1.1", text, StringComparison.Ordinal);
        Assert.Contains("\"batchSize\":3,\"batchIndex\":1", text, StringComparison.Ordinal);
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

    [Fact]
    public void Generate_FileOfPrompts_FillsAFolderInItsOrder()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        string list = Path.Combine(_folder, "prompts.json"), made = Path.Combine(_folder, "made");
        File.WriteAllText(list, """[{"prompt": "a cat", "seed": 7, "subject": "cat"}, {"prompt": "a dog", "seed": 9}]""");

        Shell shell = Shell.Run("generate", "-m", model.Path, "--prompts", list, "--steps", "1", "--provider", "cpu", "-o", made);

        Assert.Equal("", shell.Error);
        Assert.Contains("Picture 2 of 2, seed 9", shell.Output, StringComparison.Ordinal);
        Assert.Contains("2 pictures", shell.Output, StringComparison.Ordinal);
        Assert.Equal(["0000.png", "0001.png"], Directory.EnumerateFiles(made).Select(Path.GetFileName).Order());
        Assert.Matches("parameters\0a cat\nSteps: 1, .* Seed: 7,", Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(made, "0000.png"))));
        Assert.Matches("parameters\0a dog\nSteps: 1, .* Seed: 9,", Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(made, "0001.png"))));
    }

    [Fact]
    public void Generate_ChoicesAndWildcards_BecomeWordsByTheSeed()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        string wildcards = Path.Combine(_folder, "wild"), file = Path.Combine(_folder, "out.png");
        Directory.CreateDirectory(wildcards);
        File.WriteAllText(Path.Combine(wildcards, "weather.txt"), "# one line\nrain\n");

        Shell shell = Shell.Run(
            "generate", "-m", model.Path, "-p", "a {cat|cat} in __weather__", "--seed", "3", "--wildcards", wildcards, "--steps", "1", "--provider", "cpu", "-o", file);

        Assert.Equal("", shell.Error);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        Assert.Contains("parameters\0a cat in rain\n", text, StringComparison.Ordinal);
        Assert.Contains("a {cat|cat} in __weather__", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_OneOfMany_IsThePictureMadeAlone()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        string list = Path.Combine(_folder, "prompts.txt"), made = Path.Combine(_folder, "made"), alone = Path.Combine(_folder, "alone.png");
        File.WriteAllText(list, "a cat\na dog\n");

        Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "--prompts", list, "--seeds", "3,4,5", "--steps", "2", "--provider", "cpu", "-o", made).ExitCode);
        Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "-p", "a dog", "--seed", "4", "--steps", "2", "--provider", "cpu", "-o", alone).ExitCode);

        Assert.Equal(3, Directory.EnumerateFiles(made).Count());
        Assert.Equal(Pixels(alone), Pixels(Path.Combine(made, "0001.png")));
    }

    [Fact]
    public void Generate_WithACard_FollowsItUnlessToldOtherwise()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        File.WriteAllText(Path.Combine(model.Path, "card.json"), """{"defaults": {"steps": 2, "guidance": 3, "sampler": "euler", "schedule": "simple", "width": 32, "height": 16, "negative": "fog"}}""");
        string usual = Path.Combine(_folder, "usual.png"), own = Path.Combine(_folder, "own.png");

        Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "-p", "x", "--seed", "1", "--provider", "cpu", "-o", usual).ExitCode);
        Assert.Equal(0, Shell.Run("generate", "-m", model.Path, "-p", "x", "--seed", "1", "--steps", "1", "--sampler", "ddim", "--negative", "", "--provider", "cpu", "-o", own).ExitCode);

        Assert.Contains("x\nNegative prompt: fog\nSteps: 2, Sampler: Euler, Schedule type: Simple, CFG scale: 3, Seed: 1, Size: 32x16", Encoding.Latin1.GetString(File.ReadAllBytes(usual)), StringComparison.Ordinal);
        Assert.Contains("x\nSteps: 1, Sampler: DDIM, Schedule type: Normal, CFG scale: 3, Seed: 1, Size: 32x16", Encoding.Latin1.GetString(File.ReadAllBytes(own)), StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_DraftOfAModelWithoutOne_SaysSo()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();

        Shell shell = Shell.Run("generate", "-m", model.Path, "-p", "x", "--draft", "-o", Path.Combine(_folder, "a.png"));

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("no setting for drafts", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_Draft_TakesTheModelsOwnLoraAndSettings()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        File.WriteAllText(Path.Combine(model.Path, "card.json"), """{"draft": {"lora": "quick", "weight": 0.5, "steps": 3, "guidance": 1, "sampler": "ddim"}}""");
        const string Query = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
        using (Checkpoint checkpoint = Checkpoint.Open(model.Path))
        {
            long width = checkpoint.UNet.ShapeOf("middle_block.1.transformer_blocks.0.attn1.to_q.weight")[0];
            Directory.CreateDirectory(Path.Combine(model.Path, "loras"));
            SafetensorsWriter.Write(
                Path.Combine(model.Path, "loras", "quick.safetensors"),
                [new(Query + ".lora_down.weight", ElementType.Float32, 2, width), new(Query + ".lora_up.weight", ElementType.Float32, width, 2)],
                (_, block) => block.Fill(0.1f));
        }

        string file = Path.Combine(_folder, "a.png");
        Shell shell = Shell.Run("generate", "-m", model.Path, "-p", "x", "--seed", "1", "--draft", "--provider", "cpu", "-o", file);

        Assert.Equal("", shell.Error);
        Assert.Matches("Steps: 3, Sampler: DDIM, Schedule type: Normal, CFG scale: 1, .*quick", Encoding.Latin1.GetString(File.ReadAllBytes(file)));
    }

    [Theory]
    [InlineData("With --prompts --out takes the name of a folder", "-o", "a.png")]
    [InlineData("not by --seed", "-o", "a", "--seed", "1")]
    [InlineData("\"5-1\" is not that", "-o", "a", "--seeds", "5-1")]
    [InlineData("\"a\" is not that", "-o", "a", "--seeds", "1,a")]
    [InlineData("at most 10000 seeds", "-o", "a", "--seeds", "0-9223372036854775807")]
    public void Generate_WrongArgumentsForMany_AreNamed(string words, params string[] extra)
    {
        Shell shell = Shell.Run(["generate", "-m", "m", "--prompts", "p.txt", .. extra]);

        Assert.Equal(2, shell.ExitCode);
        Assert.Contains(words, shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate", "--out")]
    [InlineData("sheet", "--columns")]
    [InlineData("inspect", "<file>")]
    [InlineData("bench", "--low-memory")]
    public void Help_OfEachCommand_ExplainsIt(string command, string words)
    {
        Shell shell = Shell.Run(command, "--help");

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains(words, shell.Output, StringComparison.Ordinal);
    }

    private static byte[] Pixels(string file)
    {
        using MemoryStream pixels = new();
        using FileStream stream = File.OpenRead(file);
        PngText.CopyWithoutTextAsync(stream, pixels, keep: null, CancellationToken.None).GetAwaiter().GetResult();
        return pixels.ToArray();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
