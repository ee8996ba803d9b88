using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Imports;

namespace SdStudio.Web.Components;

/// <summary>What the shared components need.</summary>
public static class ComponentServices
{
    public static IServiceCollection AddStudioComponents(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddSection<StudioOptions>("Studio");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<DownloadsOptions>("Downloads");
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DownloadsOptions>>().Value.ToSettings());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DownloadsOptions>>().Value.ToTokenizerSettings());
        services.TryAddSingleton<TokenizerDownload>();
        services.AddScoped<NoticeService>();
        services.AddScoped<KeyboardShortcuts>();
        services.AddScoped<PictureActions>();
        services.AddSingleton<TokenCounter>();
        services.TryAddSingleton<UploadFolder>();
        return services;
    }
}
