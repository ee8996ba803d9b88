using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Tests;

/// <summary>
/// A complete Stable Diffusion 1.x checkpoint with random weights and a working tokenizer, in a temporary folder that goes with it.
/// Pictures are 2 x the latent's side; native size 16, sizes in steps of 2.
/// </summary>
internal sealed class TinyCheckpoint : IDisposable
{
    private readonly string _root;

    private TinyCheckpoint(string root, string path)
    {
        _root = root;
        Path = path;
    }

    /// <summary>What to open: the folder or the file.</summary>
    public string Path { get; }

    /// <summary>About 100 KB in the diffusers layout, tokenizer included.</summary>
    public static TinyCheckpoint Folder(ElementType type = ElementType.Float16, int seed = 1, string name = "tiny")
    {
        string root = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        string path = System.IO.Path.Combine(root, name);
        WriteFolder(path, type, seed);
        return new TinyCheckpoint(root, path);
    }

    /// <summary>Some 100 KB in the single-file layout.</summary>
    /// <param name="keep">Leaves out the weights it answers with false; names with prefix.</param>
    /// <param name="change">Makes other tensors of those that are planned; names with prefix.</param>
    /// <param name="spoil">Changes values before they are written; names with prefix.</param>
    public static TinyCheckpoint SingleFile(
        ElementType type = ElementType.Float16,
        int seed = 1,
        string name = "tiny",
        Func<string, bool>? keep = null,
        Func<PlannedTensor, PlannedTensor>? change = null,
        SafetensorsWriter.Fill? spoil = null)
    {
        string root = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        string path = System.IO.Path.Combine(root, name + ".safetensors");
        StableDiffusion1Plan plan = StableDiffusion1Plan.TinySingleFile with { Type = type };
        SafetensorsWriter.Fill fill = new RandomWeights(seed).Fill;
        SafetensorsWriter.Write(path, [.. plan.SingleFile().Where(tensor => keep?.Invoke(tensor.Name) ?? true).Select(tensor => change?.Invoke(tensor) ?? tensor)], fill + spoil);
        return new TinyCheckpoint(root, path);
    }

    /// <summary>Writes the folder of <see cref="Folder"/> where a test wants it.</summary>
    public static void WriteFolder(string path, ElementType type = ElementType.Float16, int seed = 1)
    {
        StableDiffusion1Plan plan = StableDiffusion1Plan.TinyFolder with { Type = type };
        RandomWeights random = new(seed);
        KeyMap unet = KeyMap.ForUNet(new UNetLayout(plan.LayersPerBlock, [1, 0], 1, HasLabelEmbedding: false));
        KeyMap vae = KeyMap.ForVae(new VaeLayout(plan.VaeChannels.Length, plan.VaeLayersPerBlock, HasAttention: true));

        WriteNetwork(System.IO.Path.Combine(path, "unet", "diffusion_pytorch_model.safetensors"), Renamed(plan.UNet(), unet), random);
        WriteNetwork(System.IO.Path.Combine(path, "vae", "diffusion_pytorch_model.safetensors"), Renamed(plan.Vae(), vae), random);
        WriteNetwork(System.IO.Path.Combine(path, "text_encoder", "model.safetensors"), plan.TextEncoder(), random);
        foreach ((string file, object content) in Configurations(plan))
        {
            string full = System.IO.Path.Combine(path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, JsonSerializer.SerializeToUtf8Bytes(content));
        }

        File.WriteAllText(System.IO.Path.Combine(path, "tokenizer", "merges.txt"), "#version: 0.2\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void WriteNetwork(string path, List<PlannedTensor> tensors, RandomWeights random)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        SafetensorsWriter.Write(path, tensors, random.Fill);
    }

    private static List<PlannedTensor> Renamed(List<PlannedTensor> tensors, KeyMap map)
    {
        Dictionary<string, string> names = map.Modules.ToDictionary(module => module.Original, module => module.Diffusers);
        return
        [
            .. tensors.Select(tensor =>
            {
                int dot = tensor.Name.LastIndexOf('.');
                return tensor with { Name = names[tensor.Name[..dot]] + tensor.Name[dot..] };
            }),
        ];
    }

    private static IEnumerable<(string File, object Content)> Configurations(StableDiffusion1Plan plan)
    {
        yield return ("model_index.json", new { _class_name = "StableDiffusionPipeline" });
        yield return ("unet/config.json", new
        {
            in_channels = 4,
            out_channels = 4,
            sample_size = 8,
            cross_attention_dim = plan.TextWidth,
            attention_head_dim = plan.Heads,
            block_out_channels = plan.Channels,
            layers_per_block = plan.LayersPerBlock,
            norm_num_groups = plan.NormGroups,
            down_block_types = new[] { "CrossAttnDownBlock2D", "DownBlock2D" },
            up_block_types = new[] { "UpBlock2D", "CrossAttnUpBlock2D" },
        });
        yield return ("vae/config.json", new
        {
            block_out_channels = plan.VaeChannels,
            layers_per_block = plan.VaeLayersPerBlock,
            norm_num_groups = plan.NormGroups,
            scaling_factor = 0.18215,
        });
        yield return ("text_encoder/config.json", new { num_attention_heads = plan.TextHeads, hidden_act = "quick_gelu", layer_norm_eps = 1e-5 });
        yield return ("scheduler/scheduler_config.json", new { beta_start = 0.00085, beta_end = 0.012, beta_schedule = "scaled_linear", num_train_timesteps = 1000 });
        yield return ("tokenizer/vocab.json", Vocabulary());
        yield return ("tokenizer/tokenizer_config.json", new { model_max_length = 77 });
    }

    /// <summary>Single bytes, in the middle of a word and at its end, and the two special tokens; no merges.</summary>
    private static Dictionary<string, int> Vocabulary()
    {
        List<string> symbols = [];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            symbols.Add(((char)(isVisible ? value : next++)).ToString());
        }

        return symbols.Concat(symbols.Select(symbol => symbol + "</w>")).Concat(["<|startoftext|>", "<|endoftext|>"])
            .Select((symbol, id) => (symbol, id))
            .ToDictionary(pair => pair.symbol, pair => pair.id);
    }
}
