using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests;

/// <summary>The whole app on a folder of its own, with pretended networks.</summary>
internal sealed class StudioHost : WebApplicationFactory<Program>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly Dictionary<string, string> _settings;
    private long _jobs;

    public StudioHost(params (string Key, string Value)[] settings)
    {
        _settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
    }

    public string Folder => _settings.GetValueOrDefault("Gallery:Folder", _folder);

    public ShiftedTime Time { get; } = new();

    public FakePipeline Pipeline { get; } = new();

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>No redirects, no cookies: what the server says is what the test sees.</summary>
    public HttpClient Visitor() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });

    public Task<GalleryImage> AddPictureAsync(string prompt = "a beach sunset with palm trees", LoraSelection[]? loras = null)
    {
        ImageRecipe recipe = new() { Prompt = prompt, Checkpoint = "postcard", Width = 32, Height = 24, Seed = 7, Loras = [.. loras ?? []] };
        byte[] pixels = new byte[32 * 24 * 3];
        return Get<GalleryStore>().AddAsync(new NewImage(
            Interlocked.Increment(ref _jobs), recipe, new RgbImage(32, 24, pixels), Time.GetUtcNow(), TimeSpan.FromSeconds(1), "me", null, null, []));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Gallery:Folder", _folder);
        builder.UseSetting("Prompts:Wildcards", Path.Combine(_folder, "wildcards"));
        builder.UseSetting("Models:Roots:0", RepositoryRoot.Models);
        // Many hosts live at a time, and the system lends only so many watches.
        builder.UseSetting("Models:Watch", "false");
        foreach ((string key, string value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            services.Replace(ServiceDescriptor.Singleton<PipelineLoader>((_, _, _) => Pipeline));
            services.Replace(ServiceDescriptor.Singleton<DeviceOpening>(static () => { }));
            services.Replace(ServiceDescriptor.Singleton<DeviceClosing>(static () => { }));
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
