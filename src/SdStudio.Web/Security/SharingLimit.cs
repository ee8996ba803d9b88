using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Security;

/// <summary>How often one address may open shared pictures: far more than people do, far less than guessing needs.</summary>
internal static class SharingLimit
{
    public static IServiceCollection AddSharingLimit(this IServiceCollection services)
    {
        services.AddRateLimiter(options => options.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "60";
            await PlainRefusal.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "Many requests came from your address. Wait a minute, then open the link again.");
        });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ServerOptions>>((options, server) =>
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, server.Value.SharedRequestsPerMinute)));
        return services;
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, int requestsPerMinute)
    {
        if (!context.Request.Path.StartsWithSegments("/s", StringComparison.OrdinalIgnoreCase))
        {
            return RateLimitPartition.GetNoLimiter("elsewhere");
        }

        return RateLimitPartition.GetSlidingWindowLimiter(
            $"shared {context.Connection.RemoteIpAddress}",
            _ => new SlidingWindowRateLimiterOptions { PermitLimit = requestsPerMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 });
    }
}
