using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Data;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models;

/// <summary>A folder of models, a database, and the catalogue over both.</summary>
internal sealed class TemporaryLibrary : IAsyncDisposable
{
    private const string Layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";

    private TemporaryLibrary(TemporaryStudio studio)
    {
        Studio = studio;
        Models = Path.Combine(studio.Root, "models");
        Directory.CreateDirectory(Models);
        Roots = new ModelRootStore(studio.Database, [Models]);
        Profiles = new ModelProfileStore(studio.Database);
        Catalog = new ModelCatalog(studio.Database, Roots, Profiles);
        Library = new ModelLibrary(Catalog, studio.Gallery);
    }

    public TemporaryStudio Studio { get; }

    public string Models { get; }

    public ModelRootStore Roots { get; }

    public ModelProfileStore Profiles { get; }

    public ModelCatalog Catalog { get; }

    public ModelLibrary Library { get; }

    public StudioDatabase Database => Studio.Database;

    public static async Task<TemporaryLibrary> CreateAsync() => new(await TemporaryStudio.CreateAsync());

    public async Task<IReadOnlyList<ModelEntry>> ScanAsync()
    {
        await Catalog.ScanAsync();
        await Catalog.WhenHashed();
        return await Library.EntriesAsync();
    }

    /// <param name="path">Below the folder of models.</param>
    /// <param name="width">Of the text that the LoRA listens to.</param>
    /// <returns>Full path.</returns>
    public string AddLora(string path, int seed = 1, int width = 768, Dictionary<string, string>? metadata = null)
    {
        string target = Below(path);
        SafetensorsWriter.Write(
            target,
            [new PlannedTensor($"{Layer}.lora_down.weight", ElementType.Float16, 2, width), new PlannedTensor($"{Layer}.lora_up.weight", ElementType.Float16, 32, 2)],
            new RandomWeights(seed).Fill,
            metadata);
        return target;
    }

    public string AddEmbedding(string path, int width = 768)
    {
        string target = Below(path);
        SafetensorsWriter.Write(target, [new PlannedTensor("emb_params", ElementType.Float32, 2, width)], new RandomWeights(1).Fill);
        return target;
    }

    public string AddText(string path, string text)
    {
        string target = Below(path);
        File.WriteAllText(target, text);
        return target;
    }

    public string Below(string path)
    {
        string target = Path.Combine([Models, .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        Studio.Dispose();
    }
}
