using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;
using SdStudio.Web.Verification;

namespace SdStudio.Web.Tests.Components.Gallery;

/// <summary>Components over a real gallery in a folder of its own; the browser's modules are played by bUnit, nothing else is.</summary>
public abstract class GalleryContext : BunitContext, IAsyncLifetime
{
    protected const string Me = "0123456789abcdef0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-web-").FullName;
    private long _lastJob;

    protected GalleryContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        BunitJSModuleInterop watch = JSInterop.SetupModule("./Components/Gallery/GalleryGrid.razor.js").SetupModule("watch", _ => true);
        watch.Mode = JSRuntimeMode.Loose;
        watch.Setup<GridView>("measure").SetResult(new GridView(0, 900, 1108));
        watch.Setup<GridAnchor?>("remembered").SetResult(null);
        watch.Setup<GridAnchor?>("anchor").SetResult(null);

        Services.AddLogging();
        Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddStudioStorage(new GalleryPaths(_folder), []);
        Services.AddStudioComponents();
        Services.AddSingleton<PictureTimes>();
        Services.AddSingleton<QueueLedger>();
        Services.AddSingleton<GenerationQueue>();
        Services.AddSingleton<PictureVerifier>();
        Services.AddSingleton<PlotEstimate>();
        Services.AddSingleton<PlotRunner>();
        var browser = new BrowserIdentity();
        browser.Become(Me);
        Services.AddSingleton(browser);
        Services.AddSingleton<OwnerIdentity>();
        Services.AddSingleton(new RecipeLimits(Microsoft.Extensions.Options.Options.Create(new GenerationOptions())));
    }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 16, 40, 0, TimeSpan.Zero));

    protected GalleryStore Store => Services.GetRequiredService<GalleryStore>();

    protected ShareLinkStore Links => Services.GetRequiredService<ShareLinkStore>();

    protected GenerationQueue Queue => Services.GetRequiredService<GenerationQueue>();

    protected NoticeService Notices => Services.GetRequiredService<NoticeService>();

    protected PictureActions Actions => Services.GetRequiredService<PictureActions>();

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    public async Task InitializeAsync()
    {
        await Services.GetRequiredService<StudioDatabase>().MigrateAsync();
        await Queue.ResumeAsync(CancellationToken.None);
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected static ImageRecipe Recipe(string prompt = "a red lighthouse, warm light", long seed = 7) =>
        new() { Prompt = prompt, Checkpoint = "postcard", Width = 64, Height = 48, Seed = seed, Loras = [new LoraSelection("blueprint", 0.5f)] };

    protected Task<GalleryImage> AddAsync(ImageRecipe? recipe = null, string owner = Me, long? parentId = null, DateTimeOffset? at = null)
    {
        recipe ??= Recipe(seed: ++_lastJob);
        byte[] pixels = new byte[64 * 48 * 3];
        Array.Fill(pixels, (byte)(recipe.Seed * 31));
        return Store.AddAsync(new NewImage(++_lastJob, recipe, new RgbImage(64, 48, pixels), at ?? Time.GetUtcNow(), TimeSpan.FromSeconds(20), owner, parentId, null, []));
    }
}
