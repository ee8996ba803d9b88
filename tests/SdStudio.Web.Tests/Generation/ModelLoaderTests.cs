using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
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

    private ModelLoader Loader(InferenceProvider provider) => new(
        Options.Create(new InferenceOptions { Provider = provider, Threads = 1 }),
        StudioPaths.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Gallery:Folder", _folder), new("Models:Roots:0", RepositoryRoot.Models)]).Build(), RepositoryRoot.Path),
        _catalog,
        _machine,
        NullLogger<ModelLoader>.Instance);
}
