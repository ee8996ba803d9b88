using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Tests;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;

namespace SdStudio.Web.Tests.Generation;

public sealed class ModelLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StudioDatabase _database;
    private readonly ModelCatalog _catalog;
    private readonly MachineReport _machine;

    public ModelLoaderTests()
    {
        GalleryPaths paths = new(_folder);
        _database = new StudioDatabase(paths);
        _catalog = new ModelCatalog(_database, [RepositoryRoot.Models]);
        _machine = new MachineReport(paths);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Device_AfterItWasLost_IsOpenedAgainByTheNextLoad()
    {
        ModelLoader loader = Loader(InferenceProvider.Cpu);
        ModelFile postcard = ModelCatalog.ReadFolders([RepositoryRoot.Models]).First(model => model is { Kind: ModelKind.Checkpoint, Problem: null });
        loader.OpenDevice();
        DeviceReport first = _machine.Device!;

        loader.CloseDevice();
        Assert.Null(_machine.Device);
        using IImagePipeline pipeline = loader.Load(new PipelineDemand(postcard, Workshop.Recipe()), new Progress<double>(), CancellationToken.None);

        Assert.NotNull(_machine.Device);
        Assert.NotSame(first, _machine.Device);
    }

    [Fact]
    public void Device_ThatIsNotHere_IsToldOnThePageAndAtEveryPicture()
    {
        ModelLoader loader = Loader(InferenceProvider.Cuda);
        ModelFile postcard = ModelCatalog.ReadFolders([RepositoryRoot.Models]).First(model => model is { Kind: ModelKind.Checkpoint, Problem: null });

        loader.OpenDevice();

        string problem = Assert.IsType<string>(_machine.DeviceProblem);
        Assert.Equal(problem, Assert.Throws<InferenceException>(() => loader.Load(new PipelineDemand(postcard, Workshop.Recipe()), new Progress<double>(), CancellationToken.None)).Message);
    }

    [Fact]
    public async Task Load_EmbeddingUnderAnotherProgramsFolder_IsAWordOfThePromptWhileItIsThere()
    {
        await _database.MigrateAsync();
        string comfy = Path.Combine(_folder, "ComfyUI"), embedding = Path.Combine(comfy, "models", "embeddings", "zzdusk.safetensors");
        TinyCheckpoint.WriteFolder(Path.Combine(comfy, "models", "diffusers", "tiny"));
        Directory.CreateDirectory(Path.GetDirectoryName(embedding)!);
        await File.WriteAllTextAsync(Path.Combine(comfy, "folder_paths.py"), "");
        int width = (int)StableDiffusion1Plan.TinyFolder.TextWidth;
        SafetensorsWriter.Write(embedding, [new PlannedTensor("emb_params", ElementType.Float32, 3, width)], new RandomWeights(5).Fill);
        ModelRootStore roots = new(_database, [RepositoryRoot.Models]);
        await using ModelCatalog catalog = new(_database, roots, new ModelProfileStore(_database));
        Assert.Null(await roots.AddAsync(comfy));
        await catalog.ScanAsync();
        ModelFile tiny = catalog.Find(ModelKind.Checkpoint, "tiny")!;
        TokenCounter counter = new(catalog);

        using IImagePipeline pipeline = Loader(InferenceProvider.Cpu, catalog).Load(new PipelineDemand(tiny, Recipe("")), new Progress<double>(), CancellationToken.None);
        byte[] learned = Make(pipeline, "zzdusk"), spelt = Make(pipeline, "zz dusk");
        Assert.NotEqual(spelt, learned);
        Assert.Equal(3, await counter.CountAsync(tiny, "zzdusk"));

        // Off the list: the model that is loaded and the counter know it no more.
        await roots.RemoveAsync(comfy);
        await catalog.ScanAsync();
        Assert.NotEqual(learned, Make(pipeline, "zzdusk"));
        Assert.Equal(6, await counter.CountAsync(tiny, "zzdusk"));
    }

    private static byte[] Make(IImagePipeline pipeline, string prompt) =>
        pipeline.Generate(Recipe(prompt), new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();

    private static ImageRecipe Recipe(string prompt) =>
        new() { Prompt = prompt, Checkpoint = "tiny", Width = 16, Height = 16, Steps = 1, Seed = 1, Sampler = "euler", Schedule = "normal", GuidanceScale = 1 };

    private ModelLoader Loader(InferenceProvider provider) => Loader(provider, _catalog);

    private ModelLoader Loader(InferenceProvider provider, ModelCatalog catalog) => new(
        Options.Create(new InferenceOptions { Provider = provider, Threads = 1 }),
        StudioPaths.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Gallery:Folder", _folder), new("Models:Roots:0", RepositoryRoot.Models)]).Build(), RepositoryRoot.Path),
        catalog,
        _machine,
        NullLogger<ModelLoader>.Instance);
}
