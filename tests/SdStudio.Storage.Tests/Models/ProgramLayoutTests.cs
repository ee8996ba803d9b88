using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ProgramLayoutTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public static TheoryData<string, string[], string[]> Programs => new()
    {
        {
            "Stable Diffusion web UI",
            [
                "models/Stable-diffusion/sub/mix.safetensors", "models/Lora/style.safetensors", "models/LyCORIS/other.safetensors", "models/VAE/soft.pt",
                "models/ESRGAN/sharp.pth", "models/VAE-approx/model.pt", "models/ControlNet/pose.pth", "embeddings/word.pt", "extensions/sd-webui-controlnet/models/edge.pth",
            ],
            [
                "Checkpoint mix", "Lora style", "Lora other", "Vae soft", "Upscaler sharp", "ApproximateVae model", "ControlNet pose", "Embedding word", "ControlNet edge",
            ]
        },
        {
            "ComfyUI",
            ["folder_paths.py", "models/checkpoints/mix.ckpt", "models/loras/style.safetensors", "models/upscale_models/sharp.pth", "models/vae_approx/taesd.pth", "models/embeddings/word.pt"],
            ["Checkpoint mix", "Lora style", "Upscaler sharp", "ApproximateVae taesd", "Embedding word"]
        },
        {
            "InvokeAI",
            ["invokeai.yaml", "models/sd-1/main/mix.safetensors", "models/sdxl/lora/style.safetensors", "models/sd-1/embedding/word.pt", "models/any/clip_vision/x.safetensors", "models/0f3a/flat.safetensors"],
            ["Checkpoint mix", "Lora style", "Embedding word", "Checkpoint flat"]
        },
        {
            "StabilityMatrix",
            ["Data/Models/StableDiffusion/mix.safetensors", "Data/Models/Lora/style.safetensors", "Data/Models/Embeddings/word.pt", "Data/Models/ApproxVAE/taesd.pth", "Data/Models/ESRGAN/sharp.pth"],
            ["Checkpoint mix", "Lora style", "Embedding word", "ApproximateVae taesd", "Upscaler sharp"]
        },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Programs))]
    public void Find_FolderOfAProgram_FindsItsModelsAndNothingElse(string program, string[] files, string[] expected)
    {
        ArgumentNullException.ThrowIfNull(files);
        Add([.. files, "venv/lib/part.safetensors", "outputs/latent.safetensors", "custom_nodes/thing/net.safetensors"]);

        IReadOnlyList<FoundModel> found = ModelFolders.Find([_root]);

        ProgramLayout.Expand(_root, out string? name);
        Assert.Equal(program, name);
        Assert.Equal(expected.Order(), found.Select(model => $"{model.Kind} {Path.GetFileNameWithoutExtension(model.Path)}").Order());
    }

    [Fact]
    public void Find_ComfyWithExtraPaths_FindsThoseToo()
    {
        string elsewhere = Path.Combine(_root, "elsewhere");
        Add(["comfy/folder_paths.py", "elsewhere/sd/a.safetensors", "elsewhere/one/b.safetensors", "elsewhere/two/c.safetensors"]);
        File.WriteAllText(Path.Combine(_root, "comfy", "extra_model_paths.yaml"),
            $"""
            # mine
            other:
                base_path: {elsewhere}
                is_default: true
                checkpoints: sd
                loras: |
                    one
                    two
                configs: nowhere
            """);

        IReadOnlyList<FoundModel> found = ModelFolders.Find([Path.Combine(_root, "comfy")]);

        Assert.Equal(["Checkpoint a", "Lora b", "Lora c"], found.Select(model => $"{model.Kind} {Path.GetFileNameWithoutExtension(model.Path)}"));
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("just words")]
    [InlineData("- a\n- b")]
    [InlineData("x: &a {loras: lol}\ny: *a\nz: {base_path: *a, loras: *a}")]
    [InlineData("g:\n  loras:\n    deep:\n      loras: x")]
    public void Read_OtherYaml_NeverThrows(string text)
    {
        string path = Path.Combine(_root, "extra_model_paths.yaml");
        File.WriteAllText(path, text);

        Assert.True(ExtraModelPaths.Read(path).Count <= 1);
    }

    [Fact]
    public void Read_AliasesThatMultiply_EndsAtOnce()
    {
        string path = Path.Combine(_root, "extra_model_paths.yaml");
        string lines = string.Join('\n', Enumerable.Range(1, 60).Select(i => $"l{i}: &l{i} [*l{i - 1}, *l{i - 1}, *l{i - 1}]"));
        File.WriteAllText(path, $"l0: &l0 [x]\n{lines}");

        Assert.Empty(ExtraModelPaths.Read(path));
    }

    [Fact]
    public void Read_HugeFile_IsNotRead()
    {
        string path = Path.Combine(_root, "extra_model_paths.yaml");
        File.WriteAllText(path, $"g:\n  loras: a\n#{new string('x', 300_000)}");

        Assert.Empty(ExtraModelPaths.Read(path));
    }

    [Fact]
    public void Find_FoldersWithoutEnd_StopsAtItsDepth()
    {
        string deep = string.Join('/', Enumerable.Range(0, 30).Select(i => $"d{i}"));
        Add([$"checkpoints/{deep}/lost.safetensors", "checkpoints/d0/near.safetensors"]);

        Assert.Equal(["near"], ModelFolders.Find([_root]).Select(model => Path.GetFileNameWithoutExtension(model.Path)));
    }

    private void Add(string[] files)
    {
        foreach (string file in files)
        {
            string path = Path.Combine([_root, .. file.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "x");
        }
    }
}
