using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Loras;

/// <summary>One network of a folder in diffusers layout, of any family: LoRAs are matched by names and shapes alone.</summary>
internal sealed class FolderWeights : IWeightSource, IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly Dictionary<string, TensorEntry> _weights;

    private FolderWeights(string path, Func<string, string> nameOf)
    {
        _file = SafetensorsFile.Open(path);
        _weights = _file.Header.Tensors.ToDictionary(tensor => nameOf(tensor.Key), tensor => tensor.Value);
    }

    public IEnumerable<string> Names => _weights.Keys;

    public static KeyMap UNetNames(string folder)
    {
        JsonElement config = GoldenFolder.Json($"{folder}/unet/config.json");
        JsonElement depths = config.TryGetProperty("transformer_layers_per_block", out JsonElement given) ? given : JsonSerializer.SerializeToElement(1);
        string[] blocks = [.. config.GetProperty("down_block_types").EnumerateArray().Select(type => type.GetString()!)];
        int[] levels = [.. blocks.Select((type, level) => !type.StartsWith("CrossAttn", StringComparison.Ordinal) ? 0 : Depth(level))];
        return KeyMap.ForUNet(new UNetLayout(config.GetProperty("layers_per_block").GetInt32(), [.. levels], Depth(blocks.Length - 1), HasLabelEmbedding: folder.Contains("xl", StringComparison.Ordinal)));

        int Depth(int level) => depths.ValueKind == JsonValueKind.Array ? depths[level].GetInt32() : depths.GetInt32();
    }

    public static FolderWeights UNet(string folder)
    {
        KeyMap names = UNetNames(folder);
        return new FolderWeights(GoldenFolder.Require($"{folder}/unet/diffusion_pytorch_model.safetensors"), name => names.ToOriginal(name)!);
    }

    public static FolderWeights TextEncoder(string folder, string part) => new(GoldenFolder.Require($"{folder}/{part}/model.safetensors"), name => name);

    public bool Contains(string name) => _weights.ContainsKey(name);

    public Shape ShapeOf(string name) => _weights[name].Shape;

    public ElementType TypeOf(string name) => _weights[name].Type;

    public void CopyTo(string name, Span<byte> destination, ElementType type) => _file.CopyTo(_weights[name], destination, type);

    public WeightLocation LocationOf(string name) => throw new NotSupportedException();

    public void Dispose() => _file.Dispose();
}
