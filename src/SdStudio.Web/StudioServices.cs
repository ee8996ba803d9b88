using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Components;
using SdStudio.Web.Components.Share;
using SdStudio.Web.Configuration;
using SdStudio.Web.Downloads;
using SdStudio.Web.Endpoints;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;
using SdStudio.Web.Imports;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;
using SdStudio.Web.Verification;

namespace SdStudio.Web;

/// <summary>Everything that is registered, and the order in which a request passes it.</summary>
public static class StudioServices
{
    // A pasted recipe with a long prompt fits; anything larger over a circuit is no page of ours.
    private const int MaxCircuitMessage = 64 * 1024;

    public static void AddStudio(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Without this the assets of a clone are found in the Development environment only.
        builder.WebHost.UseStaticWebAssets();
        builder.AddServer();
        builder.AddStorage();
        builder.Services.AddGeneration();
        builder.Services.AddDownloads();
        builder.Services.AddHosted<ImportQueue>();
        builder.Services.AddFence();

        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = MaxCircuitMessage);
        builder.Services.AddMudServices();
        builder.Services.AddStudioComponents();
    }

    public static void UseStudio(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        // Building the host already asks for Kestrel's options, which is before the settings are checked; so this one is set now.
        app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize =
            app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.MaxBodyKilobytes * 1024L;

        app.UseMiddleware<OpenPagesMiddleware>();
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = ErrorPage.WriteAsync });
        app.UseMiddleware<KnownHostsMiddleware>();
        app.UseMiddleware<SameOriginMiddleware>();
        app.UseRateLimiter();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseMiddleware<BrowserIdentityMiddleware>();
        app.UseMiddleware<OwnerMiddleware>();
        app.UseAntiforgery();

        app.MapStaticAssets();
        app.MapHealthChecks("/healthz");
        app.MapPictures();
        app.MapSharedPictures();
        app.MapPlots();
        app.MapModelPreviews();
        app.MapStyles();
        app.MapOwner();
        app.MapSharedImagePage();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    private static void AddServer(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<ServerOptions>("Server");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // Stopping must not wait for a page that never answers; jobs are safe in the database.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddHealthChecks().AddCheck<StudioHealth>("studio");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseListeningAddress();
    }

    private static void AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<ModelsOptions>("Models");
        builder.Services.AddSection<GalleryOptions>("Gallery");
        builder.Services.AddSection<PromptsOptions>("Prompts");
        builder.Services.AddSingleton<IValidateOptions<PromptsOptions>, FolderRules>();
        builder.Services.AddSingleton<IValidateOptions<ModelsOptions>, FolderRules>();
        builder.Services.AddSingleton<IValidateOptions<GalleryOptions>, FolderRules>();

        StudioPaths paths = StudioPaths.Read(builder.Configuration, builder.Environment.ContentRootPath);
        builder.Services.AddSingleton(paths);
        builder.Services.AddStudioStorage(paths.Gallery, paths.ModelRoots);
        builder.Services.AddSingleton(provider => new WildcardFolder(paths.Wildcards, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(provider => new ModelWatchSettings(TimeSpan.FromMinutes(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.RescanMinutes)));
        builder.Services.AddHostedService<DatabasePreparation>();
        builder.Services.AddHostedService<TrashCollection>();
        builder.Services.AddHostedService<ModelWatching>();
    }

    private static void AddGeneration(this IServiceCollection services)
    {
        services.AddSection<GenerationOptions>("Generation");
        services.AddSection<InferenceOptions>("Inference");
        services.AddSingleton<MachineReport>();
        services.AddSingleton<RecipeLimits>();
        services.AddSingleton<PictureTimes>();
        services.AddSingleton<GenerationQueue>();
        services.AddSingleton<IWildcards>(provider => provider.GetRequiredService<WildcardFolder>());
        services.AddSingleton<PromptExpansion>();
        services.AddSingleton<StylePreviews>();

        services.AddSingleton<ModelLoader>();
        services.AddSingleton<PipelineLoader>(provider => provider.GetRequiredService<ModelLoader>().Load);
        services.AddSingleton<DeviceOpening>(provider => provider.GetRequiredService<ModelLoader>().OpenDevice);
        services.AddSingleton<DeviceClosing>(provider => provider.GetRequiredService<ModelLoader>().CloseDevice);
        services.AddSingleton<PipelineProof>(provider => provider.GetRequiredService<ModelLoader>().Prove);
        services.AddSingleton(provider => ModelMemory.Of(provider.GetRequiredService<IOptions<InferenceOptions>>().Value.KeepModelsGigabytes));
        services.AddSingleton<PipelineHost>();

        // Stopped in reverse: first the worker, then the saver with what is on its way, then the ledger of what both ended.
        services.AddHosted<QueueLedger>();
        services.AddHosted<PictureSaver>();
        services.AddHosted<PreviewPump>();
        services.AddHosted<GenerationWorker>();

        services.AddSingleton<PictureVerifier>();
        services.AddSingleton<PlotEstimate>();
        // Hands jobs to the queue, so it stops before the worker does.
        services.AddHosted<PlotRunner>();
    }

    private static void AddDownloads(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<DownloadsOptions>, HostRules>();
        services.AddSingleton<ModelLinks>();
        // To the first folder of the settings: the one that every clone has.
        services.AddSingleton(provider => new DownloadFolder(provider.GetRequiredService<StudioPaths>().ModelRoots[0]));
        services.AddHosted<DownloadQueue>();
    }

    private static void AddFence(this IServiceCollection services)
    {
        services.AddDataProtectionKeys();
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<BrowserCookie>();
        services.AddScoped<BrowserIdentity>();
        services.AddScoped<CircuitHandler, BrowserCircuitHandler>();
        services.AddSingleton<OwnerCookie>();
        services.AddSingleton<PassphraseAttempts>();
        services.AddScoped<OwnerIdentity>();
        services.AddScoped<CircuitHandler, OwnerCircuitHandler>();
        services.AddSharingLimit();
    }

    private static void AddHosted<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
