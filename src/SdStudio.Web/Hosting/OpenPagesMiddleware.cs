namespace SdStudio.Web.Hosting;

/// <summary>
/// Cuts the sockets of open pages when the program is asked to stop. Left alone they use up the whole time that stopping may take,
/// and the saver behind them gets none; a page notices the cut, says so, and comes back by itself.
/// </summary>
internal sealed class OpenPagesMiddleware(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Upgrade.Count == 0)
        {
            await next(context);
            return;
        }

        using CancellationTokenRegistration cut = lifetime.ApplicationStopping.Register(context.Abort);
        await next(context);
    }
}
