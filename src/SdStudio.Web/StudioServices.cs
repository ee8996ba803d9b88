using MudBlazor.Services;
using SdStudio.Web.Components;

namespace SdStudio.Web;

/// <summary>Everything that is registered, and the order in which a request passes it.</summary>
public static class StudioServices
{
    public static void AddStudio(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Without this the assets of a clone are found in the Development environment only.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddStudioComponents();
    }

    public static void UseStudio(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
