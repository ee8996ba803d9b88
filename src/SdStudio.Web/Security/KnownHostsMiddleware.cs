namespace SdStudio.Web.Security;

/// <summary>Refuses requests for a name that is not ours; see <see cref="KnownHosts"/>.</summary>
internal sealed class KnownHostsMiddleware(RequestDelegate next, KnownHosts hosts)
{
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        return hosts.Allows(host)
            ? next(context)
            : PlainRefusal.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"SdStudio does not answer to the name \"{host}\". Open it by its address, or add the name to Server:AllowedHosts in appsettings.json.");
    }
}
