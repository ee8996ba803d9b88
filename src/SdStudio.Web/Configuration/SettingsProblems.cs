using Microsoft.Extensions.Options;

namespace SdStudio.Web.Configuration;

/// <summary>Checks every section before anything starts.</summary>
internal static class SettingsProblems
{
    /// <returns>One sentence for each wrong value; empty when all is well.</returns>
    public static IReadOnlyList<string> Find(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException problem)
        {
            return [.. problem.Failures];
        }
        catch (AggregateException problems)
        {
            return [.. problems.InnerExceptions.OfType<OptionsValidationException>().SelectMany(problem => problem.Failures)];
        }
    }
}
