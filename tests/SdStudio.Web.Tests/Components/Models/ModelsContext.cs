using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Owner;
using SdStudio.Tests;
using SdStudio.Web.Configuration;
using SdStudio.Web.Downloads;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Models;

/// <summary>Pages over the real catalogue and gallery; the model folders are the shipped one and one of the test's own.</summary>
public abstract class ModelsContext : PartsContext, IAsyncLifetime
{
    private const string Layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";

    private protected ModelsContext()
    {
        Own = Directory.CreateTempSubdirectory("sdstudio-models-").FullName;
        Host = new StudioHost(("Models:Roots:1", Own));
    }

    /// <summary>The test's own folder of models.</summary>
    protected string Own { get; }

    internal StudioHost Host { get; }

    internal OwnerIdentity Owner { get; private set; } = null!;

    protected ModelCatalog Catalog => Host.Get<ModelCatalog>();

    public virtual async Task InitializeAsync()
    {
        Owner = new OwnerIdentity(Host.Get<OwnerPassphrase>());
        Services.AddSingleton(Owner);
        Services.AddSingleton(Catalog);
        Services.AddSingleton(Host.Get<ModelLibrary>());
        Services.AddSingleton(Host.Get<ModelProfileStore>());
        Services.AddSingleton(Host.Get<ModelRootStore>());
        Services.AddSingleton(Host.Get<GalleryStore>());
        Services.AddSingleton(Host.Get<GenerationQueue>());
        Services.AddSingleton(Host.Get<PipelineHost>());
        Services.AddSingleton(Host.Get<DownloadQueue>());
        Services.AddSingleton(Host.Get<StudioPaths>());
        Services.AddSingleton(Host.Get<IOptions<ModelsOptions>>());
        // Nothing listens there: a download fails at once, and never leaves this machine.
        Services.AddSingleton(new TokenizerDownloadSettings { Source = new Uri("http://127.0.0.1:9/") });
        Services.AddSupplyValueFromQueryProvider();
        await Catalog.ScanAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await Host.DisposeAsync();
        Directory.Delete(Own, recursive: true);
    }

    /// <param name="path">Below the test's folder of models.</param>
    /// <param name="width">Of the text that the LoRA listens to: 768 for Stable Diffusion 1.x, 2048 for XL.</param>
    /// <returns>Full path.</returns>
    protected string AddLora(string path, int seed = 1, int width = 768, Dictionary<string, string>? metadata = null)
    {
        string target = Below(path);
        SafetensorsWriter.Write(
            target,
            [new PlannedTensor($"{Layer}.lora_down.weight", ElementType.Float16, 2, width), new PlannedTensor($"{Layer}.lora_up.weight", ElementType.Float16, 32, 2)],
            new RandomWeights(seed).Fill,
            metadata);
        return target;
    }

    protected string Below(string path)
    {
        string target = Path.Combine([Own, .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }

    /// <summary>Looks for models and waits until their contents are known.</summary>
    protected async Task ScanAsync()
    {
        await Catalog.ScanAsync();
        await Until.True(() => Catalog.Models.All(model => model.Hashes is not null || model.Problem is not null), "all hashes");
    }
}
