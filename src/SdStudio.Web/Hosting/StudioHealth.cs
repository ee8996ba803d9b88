using Microsoft.Extensions.Diagnostics.HealthChecks;
using SdStudio.Storage.Jobs;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Hosting;

/// <summary>Whether pictures can be made: the worker takes jobs and the database answers.</summary>
internal sealed class StudioHealth(GenerationWorker worker, JobStore jobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await jobs.ListAsync(cancellationToken);
        return worker.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The worker is not running yet, or no more.");
    }
}
