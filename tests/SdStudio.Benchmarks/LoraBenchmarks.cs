using BenchmarkDotNet.Attributes;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Benchmarks;

/// <summary>Merging a LoRA into one of the large weights of a UNet, 1280 x 1280.</summary>
public class LoraBenchmarks
{
    private const string Layer = "lora_te_text_model_encoder_layers_0_self_attn_q_proj";

    private readonly float[] _weight = new float[1280 * 1280];
    private string _folder = "";
    private Checkpoint? _checkpoint;
    private LoraFile? _lora;
    private LoraDelta? _delta;

    [Params(16, 128)]
    public int Rank { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        RandomWeights random = new(1);
        string model = Path.Combine(_folder, "model.safetensors");
        SafetensorsWriter.Write(model, (StableDiffusion1Plan.TinySingleFile with { TextWidth = 1280, TextLayers = 1 }).SingleFile(), random.Fill);
        string lora = Path.Combine(_folder, "lora.safetensors");
        SafetensorsWriter.Write(lora, [new(Layer + ".lora_down.weight", ElementType.Float16, Rank, 1280), new(Layer + ".lora_up.weight", ElementType.Float16, 1280, Rank)], random.Fill);
        _checkpoint = Checkpoint.Open(model);
        _lora = LoraFile.Open(lora);
        _delta = _lora.Match(_checkpoint.UNet, _checkpoint.TextEncoder).TextEncoder.Values.Single();
    }

    [Benchmark]
    public void AddTo() => _delta!.AddTo(_weight, 0.8f);

    [GlobalCleanup]
    public void Remove()
    {
        _lora?.Dispose();
        _checkpoint?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
